namespace Akin.Training.FineTuning;

/// <summary>What teaching a model the language of your texts needs; see <see cref="MaskedLanguageModelFineTuning"/>. Immutable.</summary>
public sealed record MaskedLanguageModelOptions : FineTuningOptions
{
    /// <summary>The column of the text. Default: <c>text</c>.</summary>
    public string TextColumn { get; init; } = "text";

    /// <summary>
    /// Whether every text is an example of its own, cut at <see cref="FineTuningOptions.MaxLength"/>. Default: no, texts run on and are cut into examples
    /// of that length.
    /// </summary>
    public bool LineByLine { get; init; }

    /// <summary>The share of tokens that are masked. Default: 0.15.</summary>
    public double MaskProbability { get; init; } = 0.15;

    /// <summary>Whether whole words are masked, all pieces of a word together; they all become the mask then. Default: no.</summary>
    public bool WholeWords { get; init; }

    /// <summary>The share of examples that are held out to evaluate on, evenly spread, when there is no file for it. Default: none.</summary>
    public double EvalShare { get; init; }
}
