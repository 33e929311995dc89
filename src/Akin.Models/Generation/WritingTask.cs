using Akin.Tokenizers;

namespace Akin.Models.Generation;

/// <summary>One text to write: what is given, how scores are changed and when it ends.</summary>
internal sealed class WritingTask(GenerationConfig config, IReadOnlyList<int> prompt, int longest, IReadOnlyList<int> encoderTokens, Tokenizer? tokenizer)
{
    private readonly ProcessorChain _processors = new(config, prompt.Count, longest);
    private readonly int[] _encoderTokens = [.. encoderTokens];

    public IReadOnlyList<int> Prompt { get; } = prompt;

    /// <summary>The most tokens, the prompt included.</summary>
    public int Longest { get; } = longest;

    public void Process(ReadOnlySpan<int> tokens, Span<float> scores) =>
        _processors.Process(new GenerationStep { Tokens = tokens, PromptLength = Prompt.Count, EncoderTokens = _encoderTokens }, scores);

    /// <summary>Whether a text is complete with its last token.</summary>
    public bool IsEnd(IReadOnlyList<int> tokens) =>
        tokens.Count >= Longest || config.EosTokenId.Contains(tokens[^1]) || (config.StopStrings.Count > 0 && HasStopString(tokens));

    private bool HasStopString(IReadOnlyList<int> tokens)
    {
        string text = tokenizer!.Decode(tokens.Skip(Prompt.Count), skipSpecialTokens: false, cleanUpTokenizationSpaces: false);
        return config.StopStrings.Any(stop => text.Contains(stop, StringComparison.Ordinal));
    }
}
