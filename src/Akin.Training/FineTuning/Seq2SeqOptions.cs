using Akin.Models.Generation;

namespace Akin.Training.FineTuning;

/// <summary>How a model is taught to write one text for another. Immutable.</summary>
public sealed record Seq2SeqOptions : FineTuningOptions
{
    /// <summary>The column of the text to read. Default: <c>text</c>.</summary>
    public string TextColumn { get; init; } = "text";

    /// <summary>The column of the text to write. Default: <c>target</c>.</summary>
    public string TargetColumn { get; init; } = "target";

    /// <summary>What stands before every text to read, such as T5's <c>summarize: </c>. Default: nothing.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Tokens of the longest text to write; longer ones are cut. Default: 64.</summary>
    public int MaxTargetLength { get; init; } = 64;

    /// <summary>Texts of the evaluation that the model writes for ROUGE and BLEU, from the first on; 0: none. Default: 200.</summary>
    public int GeneratedCount { get; init; } = 200;

    /// <summary>Beams of these texts. Default: 1, greedy.</summary>
    public int NumBeams { get; init; } = 1;

    /// <summary>How they are written, given what the model's files say.</summary>
    internal GenerationConfig Generation(GenerationConfig config) =>
        config with { MaxLength = null, MaxNewTokens = MaxTargetLength, MinLength = 0, DoSample = false, NumBeams = NumBeams, NumReturnSequences = 1 };
}
