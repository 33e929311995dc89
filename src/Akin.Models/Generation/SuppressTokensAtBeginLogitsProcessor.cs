namespace Akin.Models.Generation;

/// <summary>Rules out tokens in one place.</summary>
/// <param name="tokens">The tokens.</param>
/// <param name="beginIndex">How many tokens stand before that place.</param>
public sealed class SuppressTokensAtBeginLogitsProcessor(IReadOnlyList<int> tokens, int beginIndex) : LogitsProcessor
{
    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores)
    {
        if (step.Tokens.Length == beginIndex)
        {
            SuppressTokensLogitsProcessor.Remove(tokens, scores);
        }
    }
}
