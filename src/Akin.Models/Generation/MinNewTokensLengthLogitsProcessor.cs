namespace Akin.Models.Generation;

/// <summary>Rules out the end before so many tokens are written.</summary>
/// <param name="minNewTokens">The fewest new tokens.</param>
/// <param name="endTokens">The tokens that end a text.</param>
public sealed class MinNewTokensLengthLogitsProcessor(int minNewTokens, params IReadOnlyList<int> endTokens) : LogitsProcessor
{
    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores)
    {
        if (step.Tokens.Length - step.PromptLength < minNewTokens)
        {
            SuppressTokensLogitsProcessor.Remove(endTokens, scores);
        }
    }
}
