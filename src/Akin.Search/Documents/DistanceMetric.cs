namespace Akin.Search.Documents;

/// <summary>How far two embeddings are apart; scores of DocArray are distances, the smallest first.</summary>
public enum DistanceMetric
{
    /// <summary>1 − cosine, 0 to 2; called <c>cosine</c>. A vector of zeros is at 1 from everything (in DocArray at 0, so that it is found first).</summary>
    Cosine,

    /// <summary>The length of the difference; called <c>euclidean</c>.</summary>
    Euclidean,

    /// <summary>The square of that; called <c>sqeuclidean</c>.</summary>
    SquaredEuclidean,
}
