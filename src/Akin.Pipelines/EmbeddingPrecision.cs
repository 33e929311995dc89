namespace Akin.Pipelines;

/// <summary>How the numbers of embeddings are stored; the names are those of Sentence-Transformers.</summary>
public enum EmbeddingPrecision
{
    /// <summary>As the model computes them.</summary>
    Float32,

    /// <summary>One signed byte a dimension, by ranges.</summary>
    Int8,

    /// <summary>One byte a dimension, by ranges.</summary>
    UInt8,

    /// <summary>One bit a dimension, eight to a signed byte (the byte minus 128).</summary>
    Binary,

    /// <summary>One bit a dimension, eight to a byte.</summary>
    UBinary,
}
