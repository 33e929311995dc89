using Akin.Pipelines;
using Akin.Search;
using Akin.Tensors;

namespace Akin.Training.Losses;

/// <summary>What sentence embeddings are trained to make small. Names, defaults and formulas are those of Sentence-Transformers 6.2.</summary>
/// <remarks>A loss keeps no state of a batch: one may serve several models and threads, unless it has weights of its own.</remarks>
public abstract class SentenceLoss
{
    /// <summary>What the loss wants of the data.</summary>
    public abstract LossColumns Columns { get; }

    /// <summary>Weights of the loss itself, to be trained with the model's. Default: none.</summary>
    public virtual IReadOnlyList<Parameter> Parameters => [];

    /// <summary>
    /// How many texts a trainer encodes at a time, to encode them again in the backward pass: the value and the gradient of the whole batch in the memory
    /// of a small one. <see langword="null"/> (the default): the whole batch at once.
    /// </summary>
    public virtual int? MiniBatchSize => null;

    /// <summary>The model that encodes the texts of the batch for <see cref="SentenceLossInput.GuideEmbeddings"/>. Default: none.</summary>
    public virtual IEncoder? Guide => null;

    /// <summary>A second copy of the model, which encodes the first column and is trained along. Default: none.</summary>
    public virtual SentenceTransformer? Twin => null;

    /// <summary>The column that the loss wants as tokens, not embedded, in <see cref="SentenceLossInput.Tokens"/>. Default: none.</summary>
    public virtual int? TokenColumn => null;

    /// <summary>Makes examples of bare sentences, for losses that need nothing else.</summary>
    /// <param name="texts">The sentences.</param>
    /// <param name="seed">Seeds what is chosen at random.</param>
    /// <returns>The examples; <see langword="null"/> (the default) from a loss that wants to be told what belongs together.</returns>
    /// <exception cref="LossInputException">The sentences are too few.</exception>
    public virtual TextExamples? FromTexts(IReadOnlyList<string> texts, ulong seed) => null;

    /// <summary>Computes the loss of a batch.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">The batch.</param>
    /// <returns>A single number.</returns>
    /// <exception cref="LossInputException">The columns, the labels or the shapes do not fit the loss.</exception>
    public Tensor Forward(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        Columns.Require(GetType().Name, input);
        if (Guide is not null && input.GuideEmbeddings?.Count != input.Embeddings.Count)
        {
            throw new LossInputException(
                $"{GetType().Name} compares with a guide: it wants the guide's embeddings of all {input.Embeddings.Count} columns, not of {input.GuideEmbeddings?.Count ?? 0}.");
        }

        return Compute(context, input);
    }

    /// <summary>The formula, for input that fits <see cref="Columns"/>.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">The batch.</param>
    /// <returns>A single number.</returns>
    protected abstract Tensor Compute(ForwardContext context, SentenceLossInput input);
}
