namespace Akin.Training.Losses;

/// <summary>How far two embeddings are from each other.</summary>
public enum EmbeddingDistance
{
    /// <summary>1 minus their cosine, from 0 to 2.</summary>
    Cosine,

    /// <summary>The length of their difference.</summary>
    Euclidean,

    /// <summary>The sum of the absolute differences.</summary>
    Manhattan,
}
