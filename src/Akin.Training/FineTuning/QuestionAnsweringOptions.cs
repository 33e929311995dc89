using Akin.Training.Metrics.Answers;

namespace Akin.Training.FineTuning;

/// <summary>What fine-tuning a model to find answers needs; see <see cref="QuestionAnsweringFineTuning"/>. Immutable.</summary>
public sealed record QuestionAnsweringOptions : FineTuningOptions
{
    /// <summary>Tokens of a long context that each window repeats from the one before it. Default: 128, or half a window when that is less.</summary>
    public int? DocStride { get; init; }

    /// <summary>Tokens of the longest answer that is given in an evaluation, at least 1. Default: 30.</summary>
    public int MaxAnswerLength { get; init; } = 30;

    /// <summary>Whether "no answer" is an answer, as in SQuAD 2.0. Default: when a file has a question without an answer.</summary>
    public bool? AllowsNoAnswer { get; init; }

    /// <summary>
    /// Where there may be no answer: how much better "no answer" must score (logits of start and end together) than the best span to be given. Default: 0.
    /// </summary>
    public double NoAnswerThreshold { get; init; }

    /// <summary>How answers are compared. Default: as in SQuAD.</summary>
    public AnswerRules Rules { get; init; } = AnswerRules.Squad;
}
