namespace Akin.Models.Generation;

/// <summary>Rules out tokens.</summary>
/// <param name="tokens">The tokens.</param>
public sealed class SuppressTokensLogitsProcessor(IReadOnlyList<int> tokens) : LogitsProcessor
{
    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores) => Remove(tokens, scores);

    internal static void Remove(IReadOnlyList<int> tokens, Span<float> scores)
    {
        foreach (int token in tokens)
        {
            scores[token] = float.NegativeInfinity;
        }
    }
}
