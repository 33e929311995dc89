using System.Text;

namespace Akin.Search.Ranking;

/// <summary>Ranks texts by the runs of characters they share with the query, which forgives slips of the pen and endings in any language.</summary>
/// <remarks>
/// The score is Dice's coefficient (1945) of the two bags of n-grams, 2·shared/(first + second): 1 for texts that have the same ones, 0 without a common one. Letters count in lower case,
/// and n − 1 spaces stand before and behind a text so that its ends count too (as pg_trgm does with words). Thread-safe.
/// </remarks>
public sealed class NGramRanker : IPairScorer
{
    private readonly int _length;

    /// <param name="length">Characters of an n-gram, 1 to 8; 3 by default.</param>
    public NGramRanker(int length = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 8);
        _length = length;
    }

    /// <inheritdoc/>
    public float[] Score(IReadOnlyList<(string First, string Second)> pairs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        float[] scores = new float[pairs.Count];
        (string? Text, Dictionary<string, int> Grams) query = (null, []);
        for (int i = 0; i < scores.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Mostly it is one query with many texts.
            if (query.Text != pairs[i].First)
            {
                query = (pairs[i].First, Grams(pairs[i].First));
            }

            scores[i] = Dice(query.Grams, Grams(pairs[i].Second));
        }

        return scores;
    }

    private static float Dice(Dictionary<string, int> first, Dictionary<string, int> second)
    {
        int shared = first.Sum(gram => Math.Min(gram.Value, second.GetValueOrDefault(gram.Key)));
        int all = first.Values.Sum() + second.Values.Sum();
        return all == 0 ? 0 : 2f * shared / all;
    }

    private Dictionary<string, int> Grams(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return [];
        }

        string[] padding = [.. Enumerable.Repeat(" ", _length - 1)];
        string[] characters = [.. padding, .. text.Trim().EnumerateRunes().Select(rune => Rune.ToLowerInvariant(rune).ToString()), .. padding];
        return Enumerable.Range(0, characters.Length - _length + 1).Select(start => string.Concat(characters.AsSpan(start, _length))).CountBy(gram => gram).ToDictionary();
    }
}
