namespace Akin.Models.Generation;

/// <summary>Makes a token the first one after the decoder's start, such as the language of a translation.</summary>
/// <param name="token">The token.</param>
public sealed class ForcedBOSTokenLogitsProcessor(int token) : LogitsProcessor
{
    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores)
    {
        if (step.Tokens.Length == 1)
        {
            scores.Fill(float.NegativeInfinity);
            scores[token] = 0;
        }
    }
}
