namespace Akin.Search.Ranking;

/// <summary>Ranks texts by how few characters must be changed to make the query of them: for names, codes and questions that are nearly the same.</summary>
/// <remarks>The score is the negated distance, 0 for the same text. Thread-safe.</remarks>
public sealed class LevenshteinRanker : IPairScorer
{
    /// <summary>Whether the distance is divided by the length of the longer text, so that scores lie between −1 and 0; no by default.</summary>
    public bool ByLength { get; init; }

    /// <inheritdoc/>
    public float[] Score(IReadOnlyList<(string First, string Second)> pairs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        float[] scores = new float[pairs.Count];
        for (int i = 0; i < scores.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (string first, string second) = pairs[i];
            int distance = EditDistance.Between(first, second);
            int longest = ByLength ? Math.Max(first.EnumerateRunes().Count(), second.EnumerateRunes().Count()) : 1;
            scores[i] = distance == 0 ? 0 : -(float)distance / longest;
        }

        return scores;
    }
}
