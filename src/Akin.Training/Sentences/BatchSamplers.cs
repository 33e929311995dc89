namespace Akin.Training.Sentences;

/// <summary>How a set is divided into batches: sentence-transformers' <c>BatchSamplers</c>.</summary>
public enum BatchSamplers
{
    /// <summary>At random.</summary>
    BatchSampler,

    /// <summary>At random, no text twice in a batch: for losses that take the other rows of a batch as negatives.</summary>
    NoDuplicates,

    /// <summary>At least two rows of every label in a batch: for the batch triplet losses.</summary>
    GroupByLabel,
}
