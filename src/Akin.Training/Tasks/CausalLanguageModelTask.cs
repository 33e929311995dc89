using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Tasks;

/// <summary>Going on with a text: the cross-entropy of every token, given those before it.</summary>
/// <remarks>
/// The labels of an example are its own tokens, −100 where one does not count; they are moved by one here. A prediction has two rows, <c>[2, tokens]</c>: the most
/// likely token after each, and the right one.
/// </remarks>
/// <param name="model">The model.</param>
public sealed class CausalLanguageModelTask(CausalLanguageModel model) : TrainingTask<TokenLabelsExample>(model)
{
    /// <inheritdoc/>
    public override int TokenCount(TokenLabelsExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return example.Text.TokenCount;
    }

    /// <inheritdoc/>
    public override TrainingBatch Collate(IReadOnlyList<TokenLabelsExample> examples, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return new Batch(this, model, Join(examples.Select(example => example.Text)), [.. examples.Select(example => Next(example.Labels))]);
    }

    private static ReadOnlyMemory<int> Next(ReadOnlyMemory<int> labels) =>
        labels.IsEmpty ? labels : (int[])[.. labels.Span[1..], CrossEntropyOperation.Ignored];

    private sealed class Batch(CausalLanguageModelTask task, CausalLanguageModel model, RaggedBatch texts, ReadOnlyMemory<int>[] next)
        : TrainingBatch(texts.TokenCount, next.Length, next.Sum(row => TokenLabels.CountTargets(row.Span)))
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            int[] all = TokenLabels.Join(next);
            LogitsOutput output = model.Forward(context, texts);
            Tensor loss = context.CrossEntropy(output.Logits, all);
            return new TaskOutput(context.SmoothLabels(loss, output.Logits, all, task.LabelSmoothing), output.Logits);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output) => TokenLabels.Predictions(output.Scores, next);
    }
}
