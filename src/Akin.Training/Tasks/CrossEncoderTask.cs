using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Operations;
using Akin.Tokenizers;
using Akin.Training.Losses.CrossEncoders;

namespace Akin.Training.Tasks;

/// <summary>Queries with documents, and a loss that says which pairs are scored and what their scores should be.</summary>
/// <remarks>A prediction has the scores of the pairs that the loss made of an example, <c>[pairs, labels]</c>.</remarks>
/// <param name="model">Scores pairs.</param>
/// <param name="loss">What is trained for.</param>
/// <param name="encode">Makes tokens of a pair.</param>
public sealed class CrossEncoderTask(SequenceClassificationModel model, CrossEncoderLoss loss, Func<TextPair, EncodedText> encode)
    : TrainingTask<CrossEncoderExample>(model)
{
    /// <summary>Makes the task with a tokenizer.</summary>
    /// <param name="model">Scores pairs.</param>
    /// <param name="loss">What is trained for.</param>
    /// <param name="tokenizer">Makes tokens of a pair.</param>
    /// <param name="maxLength">Tokens of a pair, special tokens included; of a longer one the longer text is cut.</param>
    public CrossEncoderTask(SequenceClassificationModel model, CrossEncoderLoss loss, Tokenizer tokenizer, int maxLength)
        : this(model, loss, Encode(tokenizer, new EncodeOptions { Truncation = new Truncation(maxLength) }))
    {
    }

    /// <inheritdoc/>
    public override int TokenCount(CrossEncoderExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return example.Documents.Sum(document => encode(new TextPair(example.Query, document)).TokenCount);
    }

    /// <inheritdoc/>
    /// <exception cref="Losses.LossInputException">The examples do not fit the loss.</exception>
    public override TrainingBatch Collate(IReadOnlyList<CrossEncoderExample> examples, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(examples);
        IReadOnlyList<IReadOnlyList<TextPair>> pairs = loss.Pairs(examples, seed);
        EncodedText[] texts = [.. pairs.SelectMany(ofExample => ofExample).Select(encode)];
        RaggedBatch[] parts = [.. texts.Chunk(loss.MiniBatchSize ?? texts.Length).Select(Join)];
        return new Batch(this, loss, parts, examples, [.. pairs.Select(ofExample => ofExample.Count)]);
    }

    private static Func<TextPair, EncodedText> Encode(Tokenizer tokenizer, EncodeOptions options) =>
        pair => EncodedText.From(tokenizer.Encode(pair.Query, pair.Document, options));

    /// <summary>Scores of all pairs; of mini-batches, which are scored again in the backward pass, only the scores are kept.</summary>
    private Tensor Scores(ForwardContext context, RaggedBatch[] parts)
    {
        if (parts is [RaggedBatch whole])
        {
            return model.Forward(context, whole).Logits;
        }

        Tensor nothing = new(Shape.Scalar);
        return context.Concatenate(axis: 0, [.. parts.Select(part => context.Checkpoint(nothing, _ => model.Forward(context, part).Logits))]);
    }

    private sealed class Batch(
        CrossEncoderTask task, CrossEncoderLoss loss, RaggedBatch[] parts, IReadOnlyList<CrossEncoderExample> examples, int[] pairCounts)
        : TrainingBatch(parts.Sum(part => part.TokenCount), examples.Count, examples.Count)
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            if (task.LabelSmoothing != 0)
            {
                throw new InvalidBatchException($"Label smoothing ({task.LabelSmoothing}) is not for cross-encoders: train them without.");
            }

            Tensor scores = task.Scores(context, parts);
            return new TaskOutput(loss.Forward(context, examples, scores), scores);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output)
        {
            (int start, int width) = (0, output.Scores.ColumnCount);
            foreach (int count in pairCounts)
            {
                yield return new Prediction(output.Scores.Span.Slice(start * width, count * width).ToArray(), width);
                start += count;
            }
        }
    }
}
