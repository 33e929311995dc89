using System.Numerics.Tensors;

namespace Akin.Models.Generation;

/// <summary>Divides the scores: below 1 the best tokens gain, above 1 the others.</summary>
public sealed class TemperatureLogitsWarper : LogitsProcessor
{
    private readonly float _temperature;

    /// <summary>Makes it.</summary>
    /// <param name="temperature">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public TemperatureLogitsWarper(float temperature)
    {
        ScoreFilter.Require(temperature > 0 && float.IsFinite(temperature), nameof(temperature), temperature, "above 0");
        _temperature = temperature;
    }

    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores) => TensorPrimitives.Divide(scores, _temperature, scores);
}
