namespace Akin.Training.Losses;

/// <summary>How an embedding is compared with its teacher's.</summary>
public enum EmbeddingError
{
    /// <summary>The mean of the squared differences of the numbers (<c>mse</c>).</summary>
    MeanSquared,

    /// <summary>The length of the difference (<c>l2</c>).</summary>
    Euclidean,

    /// <summary>1 minus the cosine (<c>cosine</c>).</summary>
    Cosine,
}
