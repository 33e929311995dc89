using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>Scores the configuration's labels for every text, or rates it by numbers.</summary>
/// <remarks>Logits are <c>[sequences, labels]</c>.</remarks>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
/// <param name="backbone">Turns token ids into the token vectors that the head reads.</param>
public abstract class SequenceClassificationModel(ModelConfig config, Weights weights, EncoderModel backbone) : ScoringModel(config, weights, backbone)
{
    /// <summary>Cross-entropy for texts that have one label each.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What <see cref="ScoringModel.Forward"/> gave.</param>
    /// <param name="labels">The right label of every text, −100 where it does not count, <c>[sequences]</c>.</param>
    /// <returns>A single number; NaN when no text counts.</returns>
    /// <exception cref="InvalidBatchException">The configuration says that targets are not single labels.</exception>
    public virtual Tensor Loss(ForwardContext context, LogitsOutput output, ReadOnlyMemory<int> labels) =>
        (Config.ProblemType ?? (Config.Labels.Count == 1 ? ProblemType.Regression : ProblemType.SingleLabel)) == ProblemType.SingleLabel
            ? context.CrossEntropy(output.Logits, labels)
            : throw new InvalidBatchException(
                $"Whole-number labels do not fit a model with {Config.Labels.Count} label(s) and problem_type {Config.ProblemType?.ToString() ?? "unset"}: give float targets.");

    /// <summary>Mean squared error for ratings, binary cross-entropy for texts that have any number of labels.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What <see cref="ScoringModel.Forward"/> gave.</param>
    /// <param name="targets">A target for every score, <c>[sequences, labels]</c>.</param>
    /// <returns>A single number.</returns>
    /// <exception cref="InvalidBatchException">The configuration says that every text has one label.</exception>
    public virtual Tensor Loss(ForwardContext context, LogitsOutput output, ReadOnlyMemory<float> targets) =>
        (Config.ProblemType ?? (Config.Labels.Count == 1 ? ProblemType.Regression : ProblemType.MultiLabel)) switch
        {
            ProblemType.Regression => context.MeanSquaredError(output.Logits, targets),
            ProblemType.MultiLabel => context.BinaryCrossEntropy(output.Logits, targets),
            _ => throw new InvalidBatchException("Float targets do not fit a model with problem_type single_label_classification: give a label for every text."),
        };
}
