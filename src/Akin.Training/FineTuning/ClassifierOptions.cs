namespace Akin.Training.FineTuning;

/// <summary>What fine-tuning a classifier of texts needs; see <see cref="ClassifierFineTuning"/>. Immutable.</summary>
public sealed record ClassifierOptions : FineTuningOptions
{
    /// <summary>The column of the text. Default: <c>text</c>.</summary>
    public string TextColumn { get; init; } = "text";

    /// <summary>The column of the second text of a pair. Default: none.</summary>
    public string? PairColumn { get; init; }

    /// <summary>The column of the label, the labels (a list, or texts between <c>|</c>), or the number. Default: <c>label</c>.</summary>
    public string LabelColumn { get; init; } = "label";

    /// <summary>What is learned. Default: one label.</summary>
    public ClassifierTarget Target { get; init; }
}
