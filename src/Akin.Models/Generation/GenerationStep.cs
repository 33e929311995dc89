namespace Akin.Models.Generation;

/// <summary>What is known of a sequence when its next token is chosen.</summary>
public readonly ref struct GenerationStep
{
    /// <summary>The tokens so far, prompt or decoder start included.</summary>
    public required ReadOnlySpan<int> Tokens { get; init; }

    /// <summary>How many of them were given.</summary>
    public int PromptLength { get; init; }

    /// <summary>What the encoder has read; empty for a decoder alone.</summary>
    public ReadOnlySpan<int> EncoderTokens { get; init; }
}
