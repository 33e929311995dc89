using System.Numerics.Tensors;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Operations;
using Tensor = Akin.Tensors.Tensor;

namespace Akin.Training.Tasks;

/// <summary>Finding masked words (Devlin et al. 2018, https://arxiv.org/abs/1810.04805, section 3.1); the mean of the loss runs over the masked tokens.</summary>
/// <remarks>
/// Examples are masked already, or, with <c>mask</c>, when a batch is made, so that every epoch masks other words. A prediction is the most likely id of
/// every token, <c>[tokens]</c>: scores of a whole vocabulary would not fit.
/// </remarks>
/// <param name="model">The model.</param>
/// <param name="mask">Masks an example; the seed is the example's own in its batch. Default: examples stay as they are.</param>
public sealed class MaskedLanguageModelTask(MaskedLanguageModel model, Func<TokenLabelsExample, ulong, TokenLabelsExample>? mask = null)
    : TrainingTask<TokenLabelsExample>(model)
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
        if (mask is not null)
        {
            examples = [.. examples.Select((example, index) => mask(example, Seeds.Derive(seed, (ulong)index)))];
        }

        return new Batch(this, model, Join(examples.Select(example => example.Text)), examples.Count, TokenLabels.Join(examples.Select(example => example.Labels)));
    }

    private sealed class Batch(MaskedLanguageModelTask task, MaskedLanguageModel model, RaggedBatch texts, int exampleCount, int[] labels)
        : TrainingBatch(texts, exampleCount, TokenLabels.CountTargets(labels))
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            LogitsOutput output = model.Forward(context, Texts);
            Tensor loss = model.Loss(context, output, labels);
            return new TaskOutput(context.SmoothLabels(loss, output.Logits, labels, task.LabelSmoothing), output.Logits);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output)
        {
            for (int text = 0; text < Texts.SequenceCount; text++)
            {
                float[] best = new float[Texts.Length(text)];
                for (int token = 0; token < best.Length; token++)
                {
                    best[token] = TensorPrimitives.IndexOfMax(output.Scores.Row(Texts.Offsets.Span[text] + token));
                }

                yield return new Prediction(best, best.Length);
            }
        }
    }
}
