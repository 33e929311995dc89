using Akin.Search;
using Akin.Search.Clustering;

namespace Akin.Training.Evaluation;

/// <summary>How well the pairs of sentences that are most alike are the known duplicates.</summary>
/// <remarks>
/// Gives <c>average_precision</c>, by which models are compared, and <c>f1</c>, <c>precision</c>, <c>recall</c> and <c>threshold</c> where F1 is best. Recall is over
/// all duplicates given, found or not. Texts get the model's default prompt. File: <c>paraphrase_mining_evaluation_NAME_results.csv</c>.
/// </remarks>
public sealed class ParaphraseMiningEvaluator : SentenceEvaluator
{
    private readonly string[] _sentences;
    private readonly HashSet<(int, int)> _duplicates = [];

    /// <param name="sentences">The sentences by identifier; at least one.</param>
    /// <param name="duplicates">Identifiers of sentences that mean the same; pairs with an identifier that is not there are passed over.</param>
    /// <param name="addTransitiveClosure">Whether, when a and b as well as b and c mean the same, a and c do too.</param>
    /// <exception cref="ArgumentException">There are no sentences, or two have the same identifier.</exception>
    public ParaphraseMiningEvaluator(
        IReadOnlyList<KeyValuePair<string, string>> sentences, IEnumerable<(string First, string Second)> duplicates, bool addTransitiveClosure = false)
    {
        RequireSome(sentences.Count, "sentences");
        _sentences = [.. sentences.Select(sentence => sentence.Value)];
        Dictionary<string, int> rows = [];
        foreach ((string id, _) in sentences)
        {
            if (!rows.TryAdd(id, rows.Count))
            {
                throw new ArgumentException($"Two sentences have the identifier '{id}'.", nameof(sentences));
            }
        }

        foreach ((string first, string second) in duplicates)
        {
            if (rows.TryGetValue(first, out int i) && rows.TryGetValue(second, out int j))
            {
                _duplicates.Add((Math.Min(i, j), Math.Max(i, j)));
            }
        }

        if (addTransitiveClosure)
        {
            AddTransitiveClosure();
        }
    }

    /// <summary>How many nearest sentences of each sentence are looked at; 100 by default.</summary>
    public int NeighborCount { get; init; } = 100;

    /// <summary>How many pairs are looked at; 500,000 by default.</summary>
    public int MaxPairs { get; init; } = 500_000;

    /// <inheritdoc/>
    public override EvaluatorScores Evaluate(
        IEncoder model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        EmbeddingRows rows = EmbeddingRows.Of(Embed(model.EncodeSentences, _sentences, new EncodedCount(progress), cancellationToken));
        IReadOnlyList<ScoredPair> pairs = ParaphraseMining.Find(rows.Values, rows.Dimension, NeighborCount, MaxPairs, cancellationToken: cancellationToken);
        int right = 0;
        double bestF1 = 0, bestPrecision = 0, bestRecall = 0, threshold = 0, precisions = 0;
        for (int i = 0; i < pairs.Count; i++)
        {
            if (!_duplicates.Contains((pairs[i].First, pairs[i].Second)))
            {
                continue;
            }

            right++;
            double precision = right / (i + 1.0);
            double recall = (double)right / _duplicates.Count;
            double f1 = 2 * precision * recall / (precision + recall);
            precisions += precision;
            if (f1 > bestF1)
            {
                (bestF1, bestPrecision, bestRecall) = (f1, precision, recall);
                threshold = ((double)pairs[i].Score + pairs[Math.Min(i + 1, pairs.Count - 1)].Score) / 2;
            }
        }

        double averagePrecision = _duplicates.Count == 0 ? 0 : precisions / _duplicates.Count;
        if (output is not null)
        {
            EvaluationTable table = new(FileName("paraphrase_mining_evaluation", "_results.csv"));
            table.Add("precision", bestPrecision);
            table.Add("recall", bestRecall);
            table.Add("f1", bestF1);
            table.Add("threshold", threshold);
            table.Add("average_precision", averagePrecision);
            table.AppendTo(output);
        }

        return Named(
            new Dictionary<string, double>
            {
                ["average_precision"] = averagePrecision,
                ["f1"] = bestF1,
                ["precision"] = bestPrecision,
                ["recall"] = bestRecall,
                ["threshold"] = threshold,
            },
            "average_precision");
    }

    /// <summary>All pairs of each connected group.</summary>
    private void AddTransitiveClosure()
    {
        int[] group = [.. Enumerable.Range(0, _sentences.Length)];
        foreach ((int first, int second) in _duplicates)
        {
            group[Root(first)] = Root(second);
        }

        foreach (int[] members in Enumerable.Range(0, group.Length).GroupBy(Root).Select(members => members.ToArray()))
        {
            for (int i = 0; i < members.Length; i++)
            {
                for (int j = i + 1; j < members.Length; j++)
                {
                    _duplicates.Add((members[i], members[j]));
                }
            }
        }

        int Root(int row)
        {
            while (group[row] != row)
            {
                row = group[row] = group[group[row]];
            }

            return row;
        }
    }
}
