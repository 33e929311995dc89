using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Tasks;

/// <summary>Writing one text for another: the cross-entropy of every token to write, given those before it.</summary>
/// <remarks>A prediction has two rows, <c>[2, written]</c>: the most likely token after the right ones before it, and the right one.</remarks>
/// <param name="model">The model.</param>
public sealed class Seq2SeqTask(Seq2SeqLanguageModel model) : TrainingTask<Seq2SeqExample>(model)
{
    /// <inheritdoc/>
    public override int TokenCount(Seq2SeqExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return example.Text.TokenCount;
    }

    /// <inheritdoc/>
    public override TrainingBatch Collate(IReadOnlyList<Seq2SeqExample> examples, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(examples);
        RaggedBatch written = model.CreateBatch();
        foreach (Seq2SeqExample example in examples)
        {
            written.Add(model.ShiftRight(example.Labels.Span));
        }

        return new Batch(this, model, Join(examples.Select(example => example.Text)), written, [.. examples.Select(example => example.Labels)]);
    }

    private sealed class Batch(Seq2SeqTask task, Seq2SeqLanguageModel model, RaggedBatch texts, RaggedBatch written, ReadOnlyMemory<int>[] labels)
        : TrainingBatch(texts.TokenCount + written.TokenCount, labels.Length, labels.Sum(row => TokenLabels.CountTargets(row.Span)))
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            int[] all = TokenLabels.Join(labels);
            Seq2SeqOutput output = model.Forward(context, texts, written);
            Tensor loss = model.Loss(context, output, all);
            return new TaskOutput(context.SmoothLabels(loss, output.Logits, all, task.LabelSmoothing), output.Logits);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output) => TokenLabels.Predictions(output.Scores, labels);
    }
}
