namespace Akin.Models.Generation;

/// <summary>Keeps the tokens of at least a probability, and always the best (Hewitt, Manning and Liang 2022, https://arxiv.org/abs/2210.15191).</summary>
public sealed class EpsilonLogitsWarper : LogitsProcessor
{
    private readonly float _epsilon;
    private readonly int _kept;

    /// <summary>Makes it.</summary>
    /// <param name="epsilon">The probability, between 0 and 1.</param>
    /// <param name="minTokensToKeep">The fewest to keep. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its bounds.</exception>
    public EpsilonLogitsWarper(float epsilon, int minTokensToKeep = 1)
    {
        ScoreFilter.Require(epsilon is > 0 and < 1, nameof(epsilon), epsilon, "between 0 and 1");
        ScoreFilter.Require(minTokensToKeep >= 1, nameof(minTokensToKeep), minTokensToKeep, "1 or more");
        (_epsilon, _kept) = (epsilon, minTokensToKeep);
    }

    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores) =>
        ScoreFilter.RemoveBelow(scores, ScoreFilter.Probabilities(scores), _epsilon, _kept);
}
