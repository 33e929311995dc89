using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Tasks;

/// <summary>Picking one of several texts.</summary>
/// <remarks>A prediction is one row of logits, <c>[choices]</c>.</remarks>
/// <param name="model">The model.</param>
public sealed class MultipleChoiceTask(MultipleChoiceModel model) : TrainingTask<MultipleChoiceExample>(model)
{
    /// <inheritdoc/>
    public override int TokenCount(MultipleChoiceExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return example.Choices.Sum(choice => choice.TokenCount);
    }

    /// <inheritdoc/>
    public override TrainingBatch Collate(IReadOnlyList<MultipleChoiceExample> examples, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(examples);
        int choiceCount = examples[0].Choices.Count;
        for (int i = 0; i < examples.Count; i++)
        {
            if (examples[i].Choices.Count != choiceCount)
            {
                throw new InvalidBatchException($"Example {i} of the batch has {examples[i].Choices.Count} choices, the first has {choiceCount}: all need as many.");
            }
        }

        return new Batch(this, model, Join(examples.SelectMany(example => example.Choices)), choiceCount, [.. examples.Select(example => example.Label)]);
    }

    private sealed class Batch(MultipleChoiceTask task, MultipleChoiceModel model, RaggedBatch texts, int choiceCount, int[] labels)
        : TrainingBatch(texts.TokenCount, labels.Length, TokenLabels.CountTargets(labels))
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            LogitsOutput output = model.Forward(context, texts, choiceCount);
            Tensor loss = model.Loss(context, output, labels);
            return new TaskOutput(context.SmoothLabels(loss, output.Logits, labels, task.LabelSmoothing), output.Logits);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output) => output.Scores.Rows();
    }
}
