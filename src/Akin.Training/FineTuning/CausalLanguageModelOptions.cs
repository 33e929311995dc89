namespace Akin.Training.FineTuning;

/// <summary>How a model is taught to go on with texts like yours. Immutable.</summary>
public sealed record CausalLanguageModelOptions : FineTuningOptions
{
    /// <summary>The column of the text. Default: <c>text</c>, which is also the line of a .txt file.</summary>
    public string TextColumn { get; init; } = "text";
}
