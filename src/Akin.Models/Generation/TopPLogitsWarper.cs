namespace Akin.Models.Generation;

/// <summary>Keeps the fewest tokens that together reach a probability (nucleus sampling, Holtzman et al. 2020, https://arxiv.org/abs/1904.09751).</summary>
public sealed class TopPLogitsWarper : LogitsProcessor
{
    private readonly float _removed;
    private readonly int _kept;

    /// <summary>Makes it.</summary>
    /// <param name="topP">The probability to reach, from 0 to 1.</param>
    /// <param name="minTokensToKeep">The fewest to keep. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its bounds.</exception>
    public TopPLogitsWarper(double topP, int minTokensToKeep = 1)
    {
        ScoreFilter.Require(topP is >= 0 and <= 1, nameof(topP), topP, "from 0 to 1");
        ScoreFilter.Require(minTokensToKeep >= 1, nameof(minTokensToKeep), minTokensToKeep, "1 or more");
        (_removed, _kept) = ((float)(1 - topP), minTokensToKeep);
    }

    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores)
    {
        float[] probabilities = ScoreFilter.Probabilities(scores);
        int[] order = ScoreFilter.Ascending(scores.ToArray());
        double sum = 0;
        foreach (int token in order.AsSpan(0, Math.Max(0, order.Length - _kept)))
        {
            sum += probabilities[token];
            if ((float)sum <= _removed)
            {
                scores[token] = float.NegativeInfinity;
            }
        }
    }
}
