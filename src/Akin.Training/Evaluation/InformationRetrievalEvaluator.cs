using Akin.Kernels;
using Akin.Pipelines;
using Akin.Search;

namespace Akin.Training.Evaluation;

/// <summary>How well a model finds the relevant documents of a collection.</summary>
/// <remarks>
/// Gives for each function <c>cosine_accuracy@k</c>, <c>_precision@k</c>, <c>_recall@k</c>, <c>_ndcg@k</c>, <c>_mrr@k</c> and <c>_map@k</c>; compared by nDCG at the
/// deepest k, of the best function. A document is relevant or not; MAP@k is divided by min(k, relevant documents), unlike trec_eval's; of equal scores the lower
/// identifier comes first. Queries without relevant documents are passed over. Queries get the prompt of queries, documents that of documents. Documents are
/// encoded <see cref="CorpusChunkSize"/> at a time, so that memory does not grow with their number.
/// File: <c>Information-Retrieval_evaluation_NAME_results.csv</c>.
/// </remarks>
public sealed class InformationRetrievalEvaluator : SentenceEvaluator
{
    private readonly (string Text, HashSet<string> Relevant)[] _queries;
    private readonly KeyValuePair<string, string>[] _corpus;

    /// <param name="queries">The queries by identifier.</param>
    /// <param name="corpus">The documents by identifier; at least one.</param>
    /// <param name="relevantDocuments">The identifiers of the relevant documents by the query's.</param>
    /// <exception cref="ArgumentException">There are no documents, or no queries with relevant documents.</exception>
    public InformationRetrievalEvaluator(
        IReadOnlyDictionary<string, string> queries,
        IReadOnlyDictionary<string, string> corpus,
        IReadOnlyDictionary<string, IReadOnlyCollection<string>> relevantDocuments)
    {
        _queries = [.. queries
            .Where(query => relevantDocuments.TryGetValue(query.Key, out IReadOnlyCollection<string>? relevant) && relevant.Count > 0)
            .Select(query => (query.Value, relevantDocuments[query.Key].ToHashSet()))];

        // By identifier: a selection takes the lower of two rows with the same score.
        _corpus = [.. corpus.OrderBy(document => document.Key, StringComparer.Ordinal)];
        RequireSome(_queries.Length, "queries with relevant documents");
        RequireSome(_corpus.Length, "documents");
    }

    /// <summary>Where accuracy looks: whether any of the first k documents is relevant; 1, 3, 5 and 10 by default.</summary>
    public IReadOnlyList<int> AccuracyAt { get; init; } = [1, 3, 5, 10];

    /// <summary>Where precision and recall look; 1, 3, 5 and 10 by default.</summary>
    public IReadOnlyList<int> PrecisionRecallAt { get; init; } = [1, 3, 5, 10];

    /// <summary>Where the mean reciprocal rank looks; 10 by default.</summary>
    public IReadOnlyList<int> MrrAt { get; init; } = [10];

    /// <summary>Where nDCG looks; 10 by default.</summary>
    public IReadOnlyList<int> NdcgAt { get; init; } = [10];

    /// <summary>Where the mean average precision looks; 100 by default.</summary>
    public IReadOnlyList<int> MapAt { get; init; } = [100];

    /// <summary>The functions to measure with (all but <see cref="SimilarityFunction.Manhattan"/>); empty, the default, for the model's own.</summary>
    public IReadOnlyList<SimilarityFunction> Functions { get; init; } = [];

    /// <summary>The function by which models are compared; null, the default, for the best of <see cref="Functions"/>.</summary>
    public SimilarityFunction? MainFunction { get; init; }

    /// <summary>Documents encoded and kept at a time, at least 1; 50,000 by default. It never changes a result.</summary>
    public int CorpusChunkSize { get; init; } = 50_000;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The model's function is <see cref="SimilarityFunction.Manhattan"/>, and no other is asked for.</exception>
    public override EvaluatorScores Evaluate(
        IEncoder model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(CorpusChunkSize, 1);
        SimilarityFunction[] functions = [.. Functions.Count > 0 ? Functions : [SimilarityOf(model)]];
        int depth = ((IEnumerable<IReadOnlyList<int>>)[AccuracyAt, PrecisionRecallAt, MrrAt, NdcgAt, MapAt]).SelectMany(cuts => cuts).Max();
        TopK[][] best = [.. functions.Select(_ => _queries.Select(_ => new TopK(Math.Min(depth, _corpus.Length))).ToArray())];
        Search(model, functions, best, new EncodedCount(progress), cancellationToken);

        Dictionary<string, double> values = [];
        for (int i = 0; i < functions.Length; i++)
        {
            Measure(NameOf(functions[i]), best[i], values);
        }

        string[] names = [.. functions.Select(NameOf).Order(StringComparer.Ordinal)];
        if (output is not null)
        {
            Table(names, values).AppendTo(output);
        }

        string ndcg = $"_ndcg@{NdcgAt.Max()}";
        return Named(values, (MainFunction is { } main ? NameOf(main) : names.MaxBy(name => values[name + ndcg])) + ndcg);
    }

    private static VectorMetric MetricOf(SimilarityFunction function) => function switch
    {
        SimilarityFunction.Cosine => VectorMetric.Cosine,
        SimilarityFunction.Dot => VectorMetric.Dot,
        SimilarityFunction.Euclidean => VectorMetric.Euclidean,
        _ => throw new NotSupportedException($"Documents are searched by {VectorMetric.Cosine}, {VectorMetric.Dot} or {VectorMetric.Euclidean}, not by {function}."),
    };

    private static double DiscountedGain(IEnumerable<bool> relevant) => relevant.Select((isRelevant, rank) => isRelevant ? 1 / Math.Log2(rank + 2) : 0).Sum();

    private void Search(IEncoder model, SimilarityFunction[] functions, TopK[][] best, EncodedCount count, CancellationToken cancellationToken)
    {
        EmbeddingRows queries = EmbeddingRows.Of(Embed(model.EncodeQueries, [.. _queries.Select(query => query.Text)], count, cancellationToken));
        for (int first = 0; first < _corpus.Length; first += CorpusChunkSize)
        {
            string[] texts = [.. _corpus.Skip(first).Take(CorpusChunkSize).Select(document => document.Value)];
            EmbeddingRows documents = EmbeddingRows.Of(Embed(model.Encode, texts, count, cancellationToken));
            for (int i = 0; i < functions.Length; i++)
            {
                documents.Search(MetricOf(functions[i]), queries, first, best[i]);
            }
        }
    }

    private void Measure(string name, TopK[] best, Dictionary<string, double> values)
    {
        List<bool[]> found = [];
        for (int i = 0; i < best.Length; i++)
        {
            int[] rows = new int[best[i].Count];
            best[i].Drain(rows, new float[rows.Length]);
            found.Add([.. rows.Select(row => _queries[i].Relevant.Contains(_corpus[row].Key))]);
        }

        Mean("accuracy", AccuracyAt, (hits, _, k) => hits.Take(k).Any(hit => hit) ? 1 : 0);
        Mean("precision", PrecisionRecallAt, (hits, _, k) => (double)hits.Take(k).Count(hit => hit) / k);
        Mean("recall", PrecisionRecallAt, (hits, relevant, k) => (double)hits.Take(k).Count(hit => hit) / relevant);
        Mean("ndcg", NdcgAt, (hits, relevant, k) => DiscountedGain(hits.Take(k)) / DiscountedGain(Enumerable.Repeat(true, Math.Min(relevant, k))));
        Mean("mrr", MrrAt, (hits, _, k) => Array.IndexOf(hits, true, 0, Math.Min(k, hits.Length)) is var rank and >= 0 ? 1.0 / (rank + 1) : 0);
        Mean("map", MapAt, AveragePrecision);

        void Mean(string metric, IReadOnlyList<int> cuts, Func<bool[], int, int, double> value)
        {
            foreach (int cut in cuts)
            {
                values[$"{name}_{metric}@{cut}"] = found.Zip(_queries, (hits, query) => value(hits, query.Relevant.Count, cut)).Average();
            }
        }
    }

    private static double AveragePrecision(bool[] hits, int relevant, int depth)
    {
        double sum = 0;
        int right = 0;
        for (int i = 0; i < Math.Min(depth, hits.Length); i++)
        {
            sum += hits[i] ? ++right / (i + 1.0) : 0;
        }

        return sum / Math.Min(depth, relevant);
    }

    private EvaluationTable Table(string[] names, Dictionary<string, double> values)
    {
        EvaluationTable table = new(FileName("Information-Retrieval_evaluation", "_results.csv"));
        foreach (string name in names)
        {
            Add("Accuracy", AccuracyAt);
            foreach (int cut in PrecisionRecallAt)
            {
                Add("Precision", [cut]);
                Add("Recall", [cut]);
            }

            Add("MRR", MrrAt);
            Add("NDCG", NdcgAt);
            Add("MAP", MapAt);

            void Add(string metric, IReadOnlyList<int> cuts)
            {
                foreach (int cut in cuts)
                {
                    table.Add($"{name}-{metric}@{cut}", values[$"{name}_{metric.ToLowerInvariant()}@{cut}"]);
                }
            }
        }

        return table;
    }
}
