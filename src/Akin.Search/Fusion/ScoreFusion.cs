using Akin.Search.Evaluation;

namespace Akin.Search.Fusion;

/// <summary>Fuses by scores that are brought to one scale first; the numbers are those of ranx 0.3.21 and, for <see cref="ScoreNormalization.Distribution"/>, of Qdrant.</summary>
/// <remarks>Scores tell how much better one document is than the next, which ranks do not: with weights for the lists this is the better fusion where there is something to learn them from.</remarks>
public sealed record ScoreFusion : RankFusion
{
    private const double LeastWidth = 1e-9;

    /// <summary>What is done to the scores of a list. Default: <see cref="ScoreNormalization.MinMax"/>.</summary>
    public ScoreNormalization Normalization { get; init; }

    /// <summary>What becomes of the scores of several lists. Default: <see cref="ScoreCombination.Sum"/>.</summary>
    public ScoreCombination Combination { get; init; }

    /// <inheritdoc/>
    protected override double[] Parts(IReadOnlyList<ScoredDocument> list, double weight)
    {
        if (list.Count == 0)
        {
            return [];
        }

        double[] scores = [.. list.Select(document => document.Score)];
        (double least, double greatest, double mean) = (scores.Min(), scores.Max(), scores.Average());
        double squares = scores.Sum(score => (score - mean) * (score - mean));
        (double Offset, double Width) scale = Normalization switch
        {
            ScoreNormalization.MinMax => (least, Math.Max(greatest - least, LeastWidth)),
            ScoreNormalization.ZScore => (mean, Math.Max(Math.Sqrt(squares / scores.Length), LeastWidth)),
            ScoreNormalization.Maximum => (0, Math.Max(greatest, LeastWidth)),
            ScoreNormalization.Sum => (least, Math.Max(scores.Sum(score => score - least), LeastWidth)),
            _ => (0, 1),
        };
        return Normalization switch
        {
            ScoreNormalization.Rank => [.. scores.Select((_, rank) => weight * (1 - ((double)rank / scores.Length)))],
            ScoreNormalization.Distribution => [.. Distribute(scores, mean, squares).Select(score => weight * score)],
            _ => [.. scores.Select(score => weight * ((score - scale.Offset) / scale.Width))],
        };
    }

    /// <inheritdoc/>
    protected override double Combine(IReadOnlyList<double> parts) => Combination switch
    {
        ScoreCombination.Sum => parts.Sum(),
        ScoreCombination.SumTimesLists => parts.Count * parts.Sum(),
        _ => parts.Max(),
    };

    private static IEnumerable<double> Distribute(double[] scores, double mean, double squares)
    {
        double deviation = scores.Length < 2 ? 0 : Math.Sqrt(squares / (scores.Length - 1));
        (double low, double high) = (mean - (3 * deviation), mean + (3 * deviation));
        return scores.Select(score => high == low ? 0.5 : (score - low) / (high - low));
    }
}
