using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Tasks;

/// <summary>Texts or pairs with one label each (cross-entropy), several labels (binary cross-entropy), or ratings (mean squared error).</summary>
/// <remarks>Which one is decided by the examples and the configuration's <c>problem_type</c>. A prediction is one row of logits, <c>[labels]</c>.</remarks>
/// <param name="model">The model.</param>
public sealed class SequenceClassificationTask(SequenceClassificationModel model) : TrainingTask<SequenceClassificationExample>(model)
{
    /// <inheritdoc/>
    public override int TokenCount(SequenceClassificationExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return example.Text.TokenCount;
    }

    /// <inheritdoc/>
    public override TrainingBatch Collate(IReadOnlyList<SequenceClassificationExample> examples, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(examples);
        RaggedBatch texts = Join(examples.Select(example => example.Text));
        if (examples[0].Targets.IsEmpty)
        {
            return new LabelBatch(this, model, texts, [.. examples.Select(example => example.Label)]);
        }

        int labelCount = examples[0].Targets.Length;
        float[] targets = new float[examples.Count * labelCount];
        for (int i = 0; i < examples.Count; i++)
        {
            if (examples[i].Targets.Length != labelCount)
            {
                throw new InvalidBatchException(
                    $"Example {i} of the batch has {examples[i].Targets.Length} targets, the first has {labelCount}: every example needs one for each label.");
            }

            examples[i].Targets.CopyTo(targets.AsMemory(i * labelCount));
        }

        return new TargetBatch(this, model, texts, examples.Count, targets);
    }

    private sealed class LabelBatch(TrainingTask<SequenceClassificationExample> task, SequenceClassificationModel model, RaggedBatch texts, int[] labels)
        : TrainingBatch(texts.TokenCount, labels.Length, labels.Count(label => label != CrossEntropyOperation.Ignored))
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            LogitsOutput output = model.Forward(context, texts);
            Tensor loss = model.Loss(context, output, labels);
            return new TaskOutput(context.SmoothLabels(loss, output.Logits, labels, task.LabelSmoothing), output.Logits);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output) => output.Scores.Rows();
    }

    private sealed class TargetBatch(
        TrainingTask<SequenceClassificationExample> task, SequenceClassificationModel model, RaggedBatch texts, int exampleCount, float[] targets)
        : TrainingBatch(texts.TokenCount, exampleCount, exampleCount)
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            if (task.LabelSmoothing != 0)
            {
                throw new InvalidBatchException(
                    $"Label smoothing ({task.LabelSmoothing}) needs texts with one label each; these have targets: train them without.");
            }

            LogitsOutput output = model.Forward(context, texts);
            return new TaskOutput(model.Loss(context, output, (ReadOnlyMemory<float>)targets), output.Logits);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output) => output.Scores.Rows();
    }
}
