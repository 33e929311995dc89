namespace Akin.Models.Generation;

/// <summary>Replaces what is not a number by 0, and infinities by the largest numbers there are.</summary>
public sealed class InfNanRemoveLogitsProcessor : LogitsProcessor
{
    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores)
    {
        foreach (ref float score in scores)
        {
            score = float.IsNaN(score) ? 0 : Math.Clamp(score, float.MinValue, float.MaxValue);
        }
    }
}
