namespace Akin.Models.Generation;

/// <summary>Keeps the k best tokens, and those that are as good as the last of them.</summary>
public sealed class TopKLogitsWarper : LogitsProcessor
{
    private readonly int _count;

    /// <summary>Makes it.</summary>
    /// <param name="topK">How many to keep, at least 1.</param>
    /// <param name="minTokensToKeep">The fewest to keep. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public TopKLogitsWarper(int topK, int minTokensToKeep = 1)
    {
        ScoreFilter.Require(topK >= 1, nameof(topK), topK, "1 or more");
        ScoreFilter.Require(minTokensToKeep >= 1, nameof(minTokensToKeep), minTokensToKeep, "1 or more");
        _count = Math.Max(topK, minTokensToKeep);
    }

    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores)
    {
        float[] sorted = scores.ToArray();
        Array.Sort(sorted);
        float bound = sorted[^Math.Min(_count, sorted.Length)];
        foreach (ref float score in scores)
        {
            score = score < bound ? float.NegativeInfinity : score;
        }
    }
}
