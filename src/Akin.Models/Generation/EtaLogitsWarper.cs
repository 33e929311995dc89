namespace Akin.Models.Generation;

/// <summary>As <see cref="EpsilonLogitsWarper"/>, with a smaller bound where the next token is uncertain: min(ε, √ε · e^−entropy) (Hewitt, Manning and Liang 2022).</summary>
public sealed class EtaLogitsWarper : LogitsProcessor
{
    private readonly float _epsilon;
    private readonly int _kept;

    /// <summary>Makes it.</summary>
    /// <param name="epsilon">ε, between 0 and 1.</param>
    /// <param name="minTokensToKeep">The fewest to keep. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its bounds.</exception>
    public EtaLogitsWarper(float epsilon, int minTokensToKeep = 1)
    {
        ScoreFilter.Require(epsilon is > 0 and < 1, nameof(epsilon), epsilon, "between 0 and 1");
        ScoreFilter.Require(minTokensToKeep >= 1, nameof(minTokensToKeep), minTokensToKeep, "1 or more");
        (_epsilon, _kept) = (epsilon, minTokensToKeep);
    }

    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores)
    {
        float[] probabilities = ScoreFilter.Probabilities(scores);
        double entropy = probabilities.Sum(probability => probability == 0 ? 0 : -probability * Math.Log(probability));
        ScoreFilter.RemoveBelow(scores, probabilities, (float)Math.Min(_epsilon, Math.Sqrt(_epsilon) * Math.Exp(-entropy)), _kept);
    }
}
