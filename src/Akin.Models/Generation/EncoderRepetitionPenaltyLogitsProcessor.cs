namespace Akin.Models.Generation;

/// <summary>Makes tokens of the encoder's text more likely, against invention: the reverse of <see cref="RepetitionPenaltyLogitsProcessor"/>.</summary>
public sealed class EncoderRepetitionPenaltyLogitsProcessor : LogitsProcessor
{
    private readonly float _penalty;

    /// <summary>Makes it.</summary>
    /// <param name="penalty">Above 1: more likely; below 1: less likely.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0.</exception>
    public EncoderRepetitionPenaltyLogitsProcessor(float penalty)
    {
        ScoreFilter.Require(penalty > 0 && float.IsFinite(penalty), nameof(penalty), penalty, "above 0");
        _penalty = (float)(1 / (double)penalty);
    }

    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores) => RepetitionPenaltyLogitsProcessor.Apply(step.EncoderTokens, scores, _penalty);
}
