using Akin.Training.Losses.CrossEncoders;

namespace Akin.Training.FineTuning;

/// <summary>What training a cross-encoder needs; see <see cref="CrossEncoderFineTuning"/>. Immutable.</summary>
public sealed record CrossEncoderTrainingOptions : FineTuningOptions
{
    /// <summary>What is trained for. Default: <see cref="BinaryCrossEntropyLoss"/>.</summary>
    public CrossEncoderLoss Loss { get; init; } = new BinaryCrossEntropyLoss();

    /// <summary>
    /// The columns of the texts, the query's first. Default: <c>sentence1, sentence2</c>, or <c>query</c>, <c>question</c> or <c>anchor</c> with
    /// <c>document</c>, <c>documents</c>, <c>passage</c>, <c>answer</c> or <c>positive</c> and every column whose name begins with <c>negative</c>.
    /// </summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The column of the label, or of a list of labels. Default: the one called <c>label</c>, <c>labels</c>, <c>score</c> or <c>scores</c>, if there is one.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>What labels are divided by, as 5 for ratings from 0 to 5 that are to be trained as 0 to 1. Default: 1.</summary>
    public float HighestScore { get; init; } = 1;

    /// <summary>
    /// A .tsv or .csv file with <c>sentence1</c>, <c>sentence2</c> and <c>score</c>, whose scores the model's are correlated with after every epoch and at
    /// the end. Default: none.
    /// </summary>
    public string? EvalSts { get; init; }

    /// <inheritdoc/>
    public override bool Evaluates => base.Evaluates || EvalSts is not null;
}
