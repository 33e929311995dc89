namespace Akin.Models.Generation;

/// <summary>What a model has written.</summary>
/// <param name="Tokens">All tokens: the prompt, or the decoder's start, and those written, the end included.</param>
/// <param name="PromptLength">How many of them were given.</param>
/// <param name="Score">Of beam search: the sum of the log-probabilities, divided by the length to the power of the length penalty.</param>
public sealed record GeneratedSequence(IReadOnlyList<int> Tokens, int PromptLength, double? Score)
{
    /// <summary>The tokens that were written.</summary>
    public IReadOnlyList<int> NewTokens => [.. Tokens.Skip(PromptLength)];
}
