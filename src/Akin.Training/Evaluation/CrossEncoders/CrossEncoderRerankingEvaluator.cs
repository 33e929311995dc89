using Akin.Search;

namespace Akin.Training.Evaluation.CrossEncoders;

/// <summary>How much better the documents that a first search found are ordered by a model that reads query and document together.</summary>
/// <remarks>
/// Gives <c>map</c>, <c>mrr@10</c> and <c>ndcg@10</c>, by which models are compared; of samples with ranked documents also those of the first search as
/// <c>base_map</c> and so on. A query whose documents hold no positive counts 0.
/// File: <c>CrossEncoderRerankingEvaluator_NAME_results_@10.csv</c>.
/// </remarks>
public sealed class CrossEncoderRerankingEvaluator : CrossEncoderEvaluator
{
    private readonly IReadOnlyList<CrossEncoderRerankingSample> _samples;

    /// <param name="samples">The queries with their documents; at least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public CrossEncoderRerankingEvaluator(IReadOnlyList<CrossEncoderRerankingSample> samples)
    {
        RequireSome(samples.Count, "samples");
        _samples = samples;
    }

    /// <summary>How many of the best documents MRR and nDCG look at; 10 by default.</summary>
    public int Depth { get; init; } = 10;

    /// <summary>Whether positives that a first search missed are ranked too (the default): a better signal while training. Without them the figures are those of a real search.</summary>
    public bool AlwaysRerankPositives { get; init; } = true;

    /// <inheritdoc/>
    public override EvaluatorScores Evaluate(
        IPairScorer model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        List<(string, string)> pairs = [];
        List<bool[]> relevance = [];
        RankingScores before = new(Depth);
        bool anyRanked = false;
        foreach (CrossEncoderRerankingSample sample in _samples)
        {
            HashSet<string> positives = [.. sample.Positives];
            if (sample.AreRanked)
            {
                anyRanked = true;
                AddBase(before, sample, positives);
            }

            string[] documents = !sample.AreRanked ? [.. sample.Positives, .. sample.Documents]
                : AlwaysRerankPositives ? [.. sample.Positives, .. sample.Documents.Where(document => !positives.Contains(document))]
                : [.. sample.Documents];
            bool[] relevant = sample.AreRanked && !AlwaysRerankPositives
                ? [.. documents.Select(positives.Contains)]
                : [.. documents.Select((_, place) => place < sample.Positives.Count)];
            relevance.Add(relevant);
            if (relevant.Contains(true))
            {
                pairs.AddRange(documents.Select(document => (sample.Query, document)));
            }
        }

        double[] scores = Score(model, pairs, progress, cancellationToken);
        RequireEqual(pairs.Count, scores.Length, "pairs and scores of the model");
        RankingScores after = new(Depth);
        int first = 0;
        foreach (bool[] relevant in relevance)
        {
            if (!relevant.Contains(true))
            {
                after.AddFailure();
                continue;
            }

            after.Add(relevant, scores[first..(first + relevant.Length)]);
            first += relevant.Length;
        }

        if (output is not null)
        {
            after.AppendTo(output, FileName("CrossEncoderRerankingEvaluator", $"_results_@{Depth}.csv"));
        }

        return Named(anyRanked ? after.ToValues().Concat(before.ToValues("base_")) : after.ToValues(), $"ndcg@{Depth}");
    }

    /// <summary>The ranking of the first search; positives it missed come after all it found.</summary>
    private static void AddBase(RankingScores scores, CrossEncoderRerankingSample sample, HashSet<string> positives)
    {
        bool[] found = [.. sample.Documents.Select(positives.Contains)];
        int hits = found.Count(hit => hit);
        if (hits == 0)
        {
            scores.AddFailure();
            return;
        }

        bool[] relevant = [.. found, .. Enumerable.Repeat(true, Math.Max(0, sample.Positives.Count - hits))];
        scores.Add(relevant, [.. relevant.Select((_, rank) => (double)-rank)]);
    }
}
