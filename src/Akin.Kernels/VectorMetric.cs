namespace Akin.Kernels;

/// <summary>How near two vectors are to each other; a higher score is always nearer.</summary>
public enum VectorMetric
{
    /// <summary>The dot product q · r.</summary>
    Dot,

    /// <summary>The cosine q · r / (|q| |r|); each length counts as at least 1e-8, so a zero vector scores 0.</summary>
    Cosine,

    /// <summary>Minus the Euclidean distance, −|q − r|.</summary>
    Euclidean,
}
