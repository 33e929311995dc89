using Akin.Models.Heads;
using Akin.Tensors;

namespace Akin.Training.Tasks;

/// <summary>Finding where an answer starts and ends; the loss is the mean of two cross-entropies over each text's own tokens.</summary>
/// <remarks>
/// A prediction has two rows of logits, start and end, <c>[2, tokens]</c>. Programs that pad let padding take part in the softmax; their losses differ a
/// little, and with the width of the batch.
/// </remarks>
/// <param name="model">The model.</param>
public sealed class QuestionAnsweringTask(QuestionAnsweringModel model) : TrainingTask<QuestionAnsweringExample>(model)
{
    /// <inheritdoc/>
    public override int TokenCount(QuestionAnsweringExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return example.Text.TokenCount;
    }

    /// <inheritdoc/>
    public override TrainingBatch Collate(IReadOnlyList<QuestionAnsweringExample> examples, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return new Batch(
            this, model, Join(examples.Select(example => example.Text)), examples.Count(example => example.StartPosition < example.Text.TokenCount),
            [.. examples.Select(example => example.StartPosition)], [.. examples.Select(example => example.EndPosition)]);
    }

    private sealed class Batch(QuestionAnsweringTask task, QuestionAnsweringModel model, RaggedBatch texts, int targetCount, int[] starts, int[] ends)
        : TrainingBatch(texts.TokenCount, starts.Length, targetCount)
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            if (task.LabelSmoothing != 0)
            {
                throw new InvalidBatchException($"Label smoothing ({task.LabelSmoothing}) is not possible for question answering: train without.");
            }

            QuestionAnsweringOutput output = model.Forward(context, texts);
            return new TaskOutput(model.Loss(context, output, texts, starts, ends), output.StartLogits, output.EndLogits);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output)
        {
            for (int text = 0; text < texts.SequenceCount; text++)
            {
                Range tokens = texts.Offsets.Span[text]..texts.Offsets.Span[text + 1];
                yield return new Prediction([.. output.Scores.Span[tokens], .. output.OtherScores!.Span[tokens]], texts.Length(text));
            }
        }
    }
}
