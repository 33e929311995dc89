using Akin.Models.Heads;
using Akin.Tensors;

namespace Akin.Training.Tasks;

/// <summary>BERT's pre-training: masked words and next sentences; the loss is the sum of the two mean cross-entropies.</summary>
/// <remarks>
/// The targets that weigh a batch are the masked tokens. A prediction is one row of logits of the relation, <c>[2]</c>; empty for a model without it.
/// </remarks>
/// <param name="model">The model.</param>
public sealed class PreTrainingTask(PreTrainingModel model) : TrainingTask<PreTrainingExample>(model)
{
    /// <inheritdoc/>
    public override int TokenCount(PreTrainingExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return example.Tokens.Text.TokenCount;
    }

    /// <inheritdoc/>
    public override TrainingBatch Collate(IReadOnlyList<PreTrainingExample> examples, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return new Batch(
            this, model, Join(examples.Select(example => example.Tokens.Text)), TokenLabels.Join(examples.Select(example => example.Tokens.Labels)),
            [.. examples.Select(example => example.SequenceLabel)]);
    }

    private sealed class Batch(PreTrainingTask task, PreTrainingModel model, RaggedBatch texts, int[] labels, int[] sequenceLabels)
        : TrainingBatch(texts, sequenceLabels.Length, TokenLabels.CountTargets(labels))
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            if (task.LabelSmoothing != 0)
            {
                throw new InvalidBatchException($"Label smoothing ({task.LabelSmoothing}) is not possible for pre-training: train without.");
            }

            PreTrainingOutput output = model.Forward(context, Texts);
            return new TaskOutput(model.Loss(context, output, labels, sequenceLabels), output.PredictionLogits, output.SequenceLogits);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output) =>
            output.OtherScores?.Rows() ?? Enumerable.Repeat(new Prediction([], 0), ExampleCount);
    }
}
