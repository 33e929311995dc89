namespace Akin.Pipelines;

/// <summary>How alike two embeddings are; larger is more alike. The names are those of Sentence-Transformers.</summary>
public enum SimilarityFunction
{
    /// <summary>The cosine of the angle between them (<c>cosine</c>).</summary>
    Cosine,

    /// <summary>Their inner product (<c>dot</c>).</summary>
    Dot,

    /// <summary>Their Euclidean distance, negated (<c>euclidean</c>).</summary>
    Euclidean,

    /// <summary>The sum of the absolute differences, negated (<c>manhattan</c>).</summary>
    Manhattan,
}
