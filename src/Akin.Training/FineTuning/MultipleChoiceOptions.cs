namespace Akin.Training.FineTuning;

/// <summary>What fine-tuning a model to choose needs; see <see cref="MultipleChoiceFineTuning"/>. Immutable.</summary>
public sealed record MultipleChoiceOptions : FineTuningOptions
{
    /// <summary>The column of the text or the question that is asked. Default: <c>text</c>.</summary>
    public string TextColumn { get; init; } = "text";

    /// <summary>The column of what every choice begins with, such as SWAG's <c>sent2</c>. Default: none.</summary>
    public string? StartColumn { get; init; }

    /// <summary>The columns of the choices, or one column that holds a list of them. Default: <c>choices</c>.</summary>
    public IReadOnlyList<string> ChoiceColumns { get; init; } = ["choices"];

    /// <summary>The column of the right choice, a number from 0. Default: <c>label</c>.</summary>
    public string LabelColumn { get; init; } = "label";
}
