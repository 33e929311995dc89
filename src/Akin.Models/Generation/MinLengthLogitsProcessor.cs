namespace Akin.Models.Generation;

/// <summary>Rules out the end before a length is reached.</summary>
/// <param name="minLength">The fewest tokens, those that were given included.</param>
/// <param name="endTokens">The tokens that end a text.</param>
public sealed class MinLengthLogitsProcessor(int minLength, params IReadOnlyList<int> endTokens) : LogitsProcessor
{
    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores)
    {
        if (step.Tokens.Length < minLength)
        {
            SuppressTokensLogitsProcessor.Remove(endTokens, scores);
        }
    }
}
