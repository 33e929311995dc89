namespace Akin.Tensors.Operations;

/// <summary>What becomes of the losses of single rows or numbers.</summary>
public enum Reduction
{
    /// <summary>The mean (of a weighted cross-entropy: divided by the weights of the rows that count).</summary>
    Mean,

    /// <summary>The sum.</summary>
    Sum,

    /// <summary>They are given as they are.</summary>
    None,

    /// <summary>The sum divided by the first length of the shape: the mean of the rows (PyTorch's <c>batchmean</c> of the KL divergence).</summary>
    BatchMean,
}
