using Akin.Kernels;
using Akin.Search.Lexical;
using Akin.Training.Evaluation;

namespace Akin.Training.Mining;

/// <summary>Proposes the texts that share the most telling words with the query (BM25): what a search engine without a model would find.</summary>
/// <param name="options">Weights and analyser; null for the defaults.</param>
public sealed class Bm25Negatives(Bm25Options? options = null) : INegativeSource
{
    // Queries searched before progress is told.
    private const int QueriesPerBlock = 256;

    /// <inheritdoc/>
    public IReadOnlyList<NegativeCandidates> Find(
        IReadOnlyList<string> queries,
        IReadOnlyList<string> corpus,
        IReadOnlyList<int[]> positives,
        int count,
        IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        EncodedCount read = new(progress);
        Bm25Index index = new(corpus, options, cancellationToken);
        read.Add(corpus.Count);
        NegativeCandidates[] candidates = new NegativeCandidates[queries.Count];
        for (int first = 0; first < queries.Count; first += QueriesPerBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int block = Math.Min(QueriesPerBlock, queries.Count - first);
            SearchBody body = new(index, queries, positives, count, first, candidates);
            WorkerPool.Shared.For(block, ref body);
            read.Add(block);
        }

        return candidates;
    }

    private readonly struct SearchBody(
        Bm25Index index, IReadOnlyList<string> queries, IReadOnlyList<int[]> positives, int count, int first, NegativeCandidates[] candidates) : IParallelBody
    {
        public void Execute(int taskIndex)
        {
            string query = queries[first + taskIndex];
            IReadOnlyList<LexicalHit> hits = index.Search(query, count);
            Bm25Index scorer = index;
            candidates[first + taskIndex] = new NegativeCandidates(
                [.. hits.Select(hit => hit.Document)],
                [.. hits.Select(hit => (float)hit.Score)],
                [.. positives[first + taskIndex].Select(row => (float)scorer.Score(query, row))]);
        }
    }
}
