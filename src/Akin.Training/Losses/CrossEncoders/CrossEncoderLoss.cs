using Akin.Kernels;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses.CrossEncoders;

/// <summary>What the scores of text pairs are trained to make small. Names, defaults and formulas are those of Sentence-Transformers 6.2.</summary>
/// <remarks>A loss says which pairs of a batch are to be scored, and makes one number of their raw scores.</remarks>
public abstract class CrossEncoderLoss
{
    /// <summary>What the loss wants of the data, in words.</summary>
    public abstract string Wants { get; }

    /// <summary>Which labels the loss wants.</summary>
    public abstract CrossEncoderLabels Labels { get; }

    /// <summary>The fewest documents of a query. Default: 1.</summary>
    public virtual int FewestDocuments => 1;

    /// <summary>Applied to the raw scores before anything else. Default: nothing.</summary>
    public Activation Activation { get; init; } = Activation.None;

    /// <summary>How many pairs a trainer scores at a time, to score them again in the backward pass; <see langword="null"/> (the default) for all at once.</summary>
    public virtual int? MiniBatchSize => null;

    /// <summary>How many scores of a pair the loss reads; <see langword="null"/> for any number. Default: 1.</summary>
    public virtual int? ScoreCount => 1;

    /// <summary>Says which pairs are to be scored.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="seed">Where random choices come from.</param>
    /// <returns>The pairs of every example.</returns>
    /// <exception cref="LossInputException">The examples do not fit the loss.</exception>
    public IReadOnlyList<IReadOnlyList<TextPair>> Pairs(IReadOnlyList<CrossEncoderExample> batch, ulong seed)
    {
        Require(batch);
        return [.. batch.Select((_, example) => PairsOf(batch, example, seed))];
    }

    /// <summary>Computes the loss of a batch.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="batch">The examples that the pairs were made of.</param>
    /// <param name="scores">The raw scores of all pairs, one example after the other, <c>[pairs, labels]</c>.</param>
    /// <returns>A single number.</returns>
    /// <exception cref="LossInputException">The examples do not fit the loss, or the model gives another number of scores.</exception>
    public Tensor Forward(ForwardContext context, IReadOnlyList<CrossEncoderExample> batch, Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(scores);
        Require(batch);
        if (ScoreCount is { } count && scores.ColumnCount != count)
        {
            throw new LossInputException($"{GetType().Name} wants a model with {count} score(s) for a pair, not {scores.ColumnCount}: load it with as many labels.");
        }

        Tensor activated = context.Activate(scores, Activation);
        return Compute(context, batch, ScoreCount == 1 ? context.Reshape(activated, new Shape(scores.RowCount)) : activated);
    }

    /// <summary>Asks whether examples fit the loss, before anything is trained.</summary>
    /// <param name="batch">The examples.</param>
    /// <exception cref="LossInputException">One does not; the message says which and why.</exception>
    public void Require(IReadOnlyList<CrossEncoderExample> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (int i = 0; i < batch.Count; i++)
        {
            Require(batch[i], i);
        }
    }

    /// <summary>The pairs of one example: by default its query with each of its documents, in order.</summary>
    /// <param name="batch">The examples, which fit.</param>
    /// <param name="example">Which one.</param>
    /// <param name="seed">Where random choices come from.</param>
    protected virtual IReadOnlyList<TextPair> PairsOf(IReadOnlyList<CrossEncoderExample> batch, int example, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return [.. batch[example].Documents.Select(document => new TextPair(batch[example].Query, document))];
    }

    /// <summary>The formula, for examples that fit.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="batch">The examples.</param>
    /// <param name="scores">The activated scores of the pairs: <c>[pairs]</c> where the loss reads one of each, else <c>[pairs, labels]</c>.</param>
    protected abstract Tensor Compute(ForwardContext context, IReadOnlyList<CrossEncoderExample> batch, Tensor scores);

    /// <summary>All labels of a batch, one after the other.</summary>
    private protected static float[] AllLabels(IReadOnlyList<CrossEncoderExample> batch) => [.. batch.SelectMany(example => example.Labels)];

    private void Require(CrossEncoderExample example, int index)
    {
        (int documents, int labels) = (example.Documents.Count, example.Labels.Count);
        bool hasLabels = Labels switch
        {
            CrossEncoderLabels.None => labels == 0,
            CrossEncoderLabels.Margins => labels == documents - 1 || labels == documents,
            _ => labels == documents,
        };
        if (documents < FewestDocuments || !hasLabels)
        {
            throw new LossInputException($"{GetType().Name} wants {Wants}. Example {index} has {documents} document(s) and {labels} label(s).");
        }

        foreach (float label in example.Labels)
        {
            bool fits = Labels switch
            {
                CrossEncoderLabels.Probability => label is >= 0 and <= 1,
                CrossEncoderLabels.Class => label >= 0 && label == MathF.Truncate(label),
                CrossEncoderLabels.Grade => label >= 0 && float.IsFinite(label),
                _ => float.IsFinite(label),
            };
            if (!fits)
            {
                throw new LossInputException(FormattableString.Invariant($"{GetType().Name} wants {Wants}. Example {index} has the label {label}."));
            }
        }
    }
}
