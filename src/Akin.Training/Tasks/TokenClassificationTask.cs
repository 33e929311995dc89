using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Tasks;

/// <summary>Tokens with one label each, such as names of persons and places; the mean of the loss runs over the tokens that count.</summary>
/// <remarks>A prediction has a row of logits for every token, <c>[tokens, labels]</c>.</remarks>
/// <param name="model">The model.</param>
public sealed class TokenClassificationTask(TokenClassificationModel model) : TrainingTask<TokenLabelsExample>(model)
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
        return new Batch(this, model, Join(examples.Select(example => example.Text)), examples.Count, TokenLabels.Join(examples.Select(example => example.Labels)));
    }

    private sealed class Batch(TokenClassificationTask task, TokenClassificationModel model, RaggedBatch texts, int exampleCount, int[] labels)
        : TrainingBatch(texts.TokenCount, exampleCount, TokenLabels.CountTargets(labels))
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            LogitsOutput output = model.Forward(context, texts);
            Tensor loss = model.Loss(context, output, labels);
            return new TaskOutput(context.SmoothLabels(loss, output.Logits, labels, task.LabelSmoothing), output.Logits);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output) => output.Scores.RowsOfTexts(texts);
    }
}
