using Akin.Datasets;

namespace Akin.Training.Mining;

/// <summary>Queries with mined negatives, in the order in which they first occurred, and what the limits did.</summary>
public sealed class MinedNegatives
{
    private readonly HardNegativeOptions _options;

    internal MinedNegatives(IReadOnlyList<MinedQuery> queries, HardNegativeOptions options, IReadOnlyDictionary<string, long> skipped) =>
        (Queries, _options, Skipped) = (queries, options, skipped);

    /// <summary>The queries.</summary>
    public IReadOnlyList<MinedQuery> Queries { get; }

    /// <summary>How many candidates each limit ruled out that none before it had, by the limit's name: <c>absolute_margin</c>, <c>relative_margin</c>, <c>max_score</c>, <c>min_score</c>.</summary>
    public IReadOnlyDictionary<string, long> Skipped { get; }

    /// <summary>How many negatives were found.</summary>
    public long FoundCount => Queries.Sum(query => (long)query.Negatives.Count);

    /// <summary>How many negatives were asked for and not found.</summary>
    public long MissingCount => ((long)Queries.Count * _options.NegativeCount) - FoundCount;

    /// <summary>The rows to train on, values by column: texts, lists of texts, whole numbers (labels) and float32 (scores).</summary>
    /// <param name="format">The columns.</param>
    /// <param name="withScores">
    /// Whether to give scores: a column <c>scores</c> with that of the positive and those of the negatives (instead of <c>labels</c> in lists), or in labelled pairs
    /// <c>score</c> instead of <c>label</c>.
    /// </param>
    public IEnumerable<IReadOnlyDictionary<string, object?>> Rows(NegativeFormat format, bool withScores = false) => format switch
    {
        NegativeFormat.Triplet => Triplets(withScores),
        NegativeFormat.NTuple => Tuples(withScores),
        NegativeFormat.LabeledPair => LabeledPairs(withScores),
        NegativeFormat.LabeledList => LabeledLists(withScores),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown format."),
    };

    /// <summary><see cref="Rows"/> as a data set.</summary>
    /// <param name="format">The columns.</param>
    /// <param name="withScores">Whether to give scores.</param>
    public Dataset ToDataset(NegativeFormat format, bool withScores = false) => Dataset.FromRows(Rows(format, withScores));

    private static float[] Scores(ScoredText positive, IEnumerable<ScoredText> negatives) => [positive.Score, .. negatives.Select(negative => negative.Score)];

    private Dictionary<string, object?> Row(string query, object answer) => new() { [_options.AnchorColumn] = query, [_options.PositiveColumn] = answer };

    private IEnumerable<Dictionary<string, object?>> Triplets(bool withScores)
    {
        foreach (MinedQuery query in Queries)
        {
            foreach (ScoredText positive in query.Positives)
            {
                foreach (ScoredText negative in query.Negatives)
                {
                    Dictionary<string, object?> row = Row(query.Query, positive.Text);
                    row["negative"] = negative.Text;
                    if (withScores)
                    {
                        row["scores"] = Scores(positive, [negative]);
                    }

                    yield return row;
                }
            }
        }
    }

    private IEnumerable<Dictionary<string, object?>> Tuples(bool withScores)
    {
        foreach (MinedQuery query in Queries.Where(query => query.Negatives.Count == _options.NegativeCount))
        {
            foreach (ScoredText positive in query.Positives)
            {
                Dictionary<string, object?> row = Row(query.Query, positive.Text);
                for (int i = 0; i < query.Negatives.Count; i++)
                {
                    row[$"negative_{i + 1}"] = query.Negatives[i].Text;
                }

                if (withScores)
                {
                    row["scores"] = Scores(positive, query.Negatives);
                }

                yield return row;
            }
        }
    }

    private IEnumerable<Dictionary<string, object?>> LabeledPairs(bool withScores)
    {
        foreach (MinedQuery query in Queries)
        {
            foreach ((ScoredText text, int label) in query.Positives.Select(positive => (positive, 1)).Concat(query.Negatives.Select(negative => (negative, 0))))
            {
                Dictionary<string, object?> row = Row(query.Query, text.Text);
                if (withScores)
                {
                    row["score"] = text.Score;
                }
                else
                {
                    row["label"] = label;
                }

                yield return row;
            }
        }
    }

    private IEnumerable<Dictionary<string, object?>> LabeledLists(bool withScores)
    {
        foreach (MinedQuery query in Queries.Where(query => query.Negatives.Count > 0))
        {
            foreach (ScoredText positive in query.Positives)
            {
                Dictionary<string, object?> row = Row(query.Query, (string[])[positive.Text, .. query.Negatives.Select(negative => negative.Text)]);
                if (withScores)
                {
                    row["scores"] = Scores(positive, query.Negatives);
                }
                else
                {
                    row["labels"] = (int[])[1, .. query.Negatives.Select(_ => 0)];
                }

                yield return row;
            }
        }
    }
}
