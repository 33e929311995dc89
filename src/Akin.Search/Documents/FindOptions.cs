using Akin.Search.Filters;

namespace Akin.Search.Documents;

/// <summary>How documents are found by their embeddings.</summary>
public record FindOptions
{
    /// <summary>How far apart two embeddings are; cosine unless said otherwise.</summary>
    public DistanceMetric Metric { get; init; } = DistanceMetric.Cosine;

    /// <summary>How many are found at most for each query; 20 unless said otherwise.</summary>
    public int Limit { get; init; } = 20;

    /// <summary>What the documents must fulfil; see <see cref="DocumentArray.Find(DocumentFilter)"/>.</summary>
    public DocumentFilter? Filter { get; init; }

    /// <summary>The name of the score; the metric's own when null.</summary>
    public string? ScoreName { get; init; }

    /// <summary>Whether what is found has its identifier and its scores alone.</summary>
    public bool OnlyId { get; init; }
}
