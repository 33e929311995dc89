using System.Numerics.Tensors;
using Akin.Models.Heads;
using Akin.Tensors;

namespace Akin.Training.Tasks;

/// <summary>BERT's pre-training: masked words and next sentences; the loss is the sum of the two mean cross-entropies.</summary>
/// <remarks>
/// The targets that weigh a batch are the masked tokens; only these are scored. A prediction has two rows, <c>[2, 1 + masked]</c>: what the model says of
/// the relation (0 or 1) and the most likely id of every masked token, and what is right.
/// </remarks>
/// <param name="model">The model, with a head for the relation.</param>
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
            this, model, Join(examples.Select(example => example.Tokens.Text)), new MaskedTokens(examples.Select(example => example.Tokens.Labels)),
            [.. examples.Select(example => example.SequenceLabel)]);
    }

    private sealed class Batch(PreTrainingTask task, PreTrainingModel model, RaggedBatch texts, MaskedTokens masked, int[] sequenceLabels)
        : TrainingBatch(texts.TokenCount, sequenceLabels.Length, masked.Count)
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            if (task.LabelSmoothing != 0)
            {
                throw new InvalidBatchException($"Label smoothing ({task.LabelSmoothing}) is not possible for pre-training: train without.");
            }

            PreTrainingOutput output = model.Forward(context, texts, masked.Places);
            return new TaskOutput(model.Loss(context, output, masked.Labels, sequenceLabels), output.PredictionLogits, output.SequenceLogits);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output) => masked.Answers(output.Scores).Select((answers, example) => new Prediction(
            [TensorPrimitives.IndexOfMax<float>(output.OtherScores!.Row(example)), .. answers.Said, sequenceLabels[example], .. answers.Right],
            1 + answers.Right.Length));
    }
}
