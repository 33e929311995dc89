namespace Akin.Training.FineTuning;

/// <summary>What fine-tuning a model to choose needs; see <see cref="MultipleChoiceFineTuning"/>. Immutable.</summary>
public sealed record MultipleChoiceOptions : FineTuningOptions
{
    /// <summary>Where a row has the text and the choices. Default: <c>text</c> and the list <c>choices</c>.</summary>
    public ChoiceColumns Columns { get; init; } = new();

    /// <summary>The column of the right choice, a number from 0. Default: <c>label</c>.</summary>
    public string LabelColumn { get; init; } = "label";
}
