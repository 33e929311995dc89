using Akin.Tensors;

namespace Akin.Training.Losses;

/// <summary>What a loss is given: one batch.</summary>
/// <param name="Embeddings">The embeddings of every text column in order, each <c>[batch, size]</c>.</param>
/// <param name="Labels">Scores, class numbers, margins or teacher vectors, <c>[batch]</c> or <c>[batch, …]</c>; <see langword="null"/> for none.</param>
/// <param name="GuideEmbeddings">The same columns, encoded by <see cref="SentenceLoss.Guide"/>; <see langword="null"/> for a loss without one.</param>
public sealed record SentenceLossInput(IReadOnlyList<Tensor> Embeddings, Tensor? Labels = null, IReadOnlyList<Tensor>? GuideEmbeddings = null)
{
    /// <summary>The column that is not embedded (<see cref="SentenceLoss.TokenColumn"/>), as tokens; <see langword="null"/> for a loss without one.</summary>
    public RaggedBatch? Tokens { get; init; }

    /// <summary>How many rows there are.</summary>
    internal int BatchSize => Embeddings[0].RowCount;
}
