using Akin.Search.Storage;

namespace Akin.Search;

/// <summary>How near an entry of a list of questions must come to be an answer, told by the list itself.</summary>
/// <remarks>
/// The entries of such a list are different questions with different answers, so the nearest other entry of an entry is a wrong answer to it, and its score one that a wrong answer may reach.
/// An entry is taken for the answer to a new question only if it comes nearer than that, by and large: the threshold is a quantile of these scores. Where some entries say the
/// same, in other words or another language, their scores are high and the quantile is little moved by them.
/// </remarks>
public static class AnswerThreshold
{
    /// <summary>The share of entries whose nearest other entry scores less than the threshold, by default.</summary>
    public const double DefaultShare = 0.5;

    /// <summary>Entries that are looked at, at most: those at even distances.</summary>
    private const int MostEntries = 1000;

    /// <summary>Finds the threshold of an index of questions, by the vectors that it holds.</summary>
    /// <param name="index">The index.</param>
    /// <param name="share">The share of entries whose nearest other entry scores less, 0 … 1.</param>
    /// <param name="cancellationToken">Stops between searches.</param>
    /// <returns>The threshold, a score as the index gives it; below all scores where there are fewer than two entries.</returns>
    /// <exception cref="SearchIndexException">The index cannot be read.</exception>
    public static float Calibrate(SemanticIndex index, double share = DefaultShare, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        IReadOnlyList<DocumentVector> entries = index.Store.SampleVectors(MostEntries, cancellationToken);
        if (entries.Count < 2)
        {
            return float.NegativeInfinity;
        }

        // An entry is the nearest to itself, and may have twins: the best of the others is among the first two.
        float[] scores =
        [
            .. entries.Select(entry =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return index.Vectors.Search(entry.Vector.Span, count: 2).First(hit => hit.Document.Id != entry.Document.Id).Score;
            }).Order(),
        ];
        return scores[(int)Math.Min(scores.Length - 1, share * scores.Length)];
    }
}
