using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Tasks;

/// <summary>Finding masked words (Devlin et al. 2018, https://arxiv.org/abs/1810.04805, section 3.1); the mean of the loss runs over the masked tokens.</summary>
/// <remarks>
/// Examples are masked already, or, with <c>mask</c>, when a batch is made, so that every epoch masks other words. Only masked tokens are scored. A
/// prediction has two rows, <c>[2, masked]</c>: the most likely id of every masked token, and the right one.
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

        return new Batch(this, model, Join(examples.Select(example => example.Text)), examples.Count, new MaskedTokens(examples.Select(example => example.Labels)));
    }

    private sealed class Batch(MaskedLanguageModelTask task, MaskedLanguageModel model, RaggedBatch texts, int exampleCount, MaskedTokens masked)
        : TrainingBatch(texts.TokenCount, exampleCount, masked.Count)
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            LogitsOutput output = model.Forward(context, texts, masked.Places);
            Tensor loss = model.Loss(context, output, masked.Labels);
            return new TaskOutput(context.SmoothLabels(loss, output.Logits, masked.Labels, task.LabelSmoothing), output.Logits);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output) =>
            masked.Answers(output.Scores).Select(answers => new Prediction([.. answers.Said, .. answers.Right], answers.Right.Length));
    }
}
