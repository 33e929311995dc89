namespace Akin.Kernels;

/// <summary>How the token vectors of a sequence become one vector; the names are those of Sentence-Transformers' Pooling module.</summary>
public enum PoolingMode
{
    /// <summary>The first token.</summary>
    Cls,

    /// <summary>The average of all tokens.</summary>
    Mean,

    /// <summary>The largest value of each dimension.</summary>
    Max,

    /// <summary>The sum of all tokens divided by the square root of their number ("mean_sqrt_len_tokens").</summary>
    MeanSqrtLength,

    /// <summary>The average weighted by position: the first token counts 1, the second 2, and so on ("weightedmean").</summary>
    WeightedMean,

    /// <summary>The last token ("lasttoken").</summary>
    LastToken,
}
