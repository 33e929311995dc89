namespace Akin.Models.Generation;

/// <summary>Rules out tokens that would write a run of n tokens of the encoder's text.</summary>
public sealed class EncoderNoRepeatNGramLogitsProcessor : LogitsProcessor
{
    private readonly int _size;

    /// <summary>Makes it.</summary>
    /// <param name="ngramSize">n, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public EncoderNoRepeatNGramLogitsProcessor(int ngramSize)
    {
        ScoreFilter.Require(ngramSize >= 1, nameof(ngramSize), ngramSize, "1 or more");
        _size = ngramSize;
    }

    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores) => NoRepeatNGramLogitsProcessor.Remove(step.EncoderTokens, step.Tokens, _size, scores);
}
