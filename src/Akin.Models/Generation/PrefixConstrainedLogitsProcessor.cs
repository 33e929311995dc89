namespace Akin.Models.Generation;

/// <summary>Keeps the tokens that a function allows after what is there (constrained decoding, De Cao et al. 2021, https://arxiv.org/abs/2010.00904).</summary>
/// <param name="allowedTokens">The tokens so far → those that may follow, at least one.</param>
public sealed class PrefixConstrainedLogitsProcessor(Func<IReadOnlyList<int>, IReadOnlyCollection<int>> allowedTokens) : LogitsProcessor
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The function allows no token.</exception>
    public override void Process(in GenerationStep step, Span<float> scores)
    {
        int[] tokens = step.Tokens.ToArray();
        IReadOnlyCollection<int> allowed = allowedTokens(tokens);
        if (allowed.Count == 0)
        {
            throw new InvalidOperationException($"No token is allowed after {tokens.Length} tokens (the last is {(tokens.Length > 0 ? tokens[^1] : "none")}): allow at least the end.");
        }

        float[] kept = new float[allowed.Count];
        int i = 0;
        foreach (int token in allowed)
        {
            kept[i++] = scores[token];
        }

        scores.Fill(float.NegativeInfinity);
        i = 0;
        foreach (int token in allowed)
        {
            scores[token] = kept[i++];
        }
    }
}
