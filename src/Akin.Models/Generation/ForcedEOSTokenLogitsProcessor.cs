namespace Akin.Models.Generation;

/// <summary>Makes the last token that there is room for the end.</summary>
/// <param name="maxLength">The most tokens, those that were given included.</param>
/// <param name="endTokens">The tokens that end a text.</param>
public sealed class ForcedEOSTokenLogitsProcessor(int maxLength, params IReadOnlyList<int> endTokens) : LogitsProcessor
{
    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores)
    {
        if (step.Tokens.Length == maxLength - 1)
        {
            scores.Fill(float.NegativeInfinity);
            foreach (int token in endTokens)
            {
                scores[token] = 0;
            }
        }
    }
}
