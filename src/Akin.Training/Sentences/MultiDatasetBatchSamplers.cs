namespace Akin.Training.Sentences;

/// <summary>How batches of several sets are mixed: sentence-transformers' <c>MultiDatasetBatchSamplers</c>.</summary>
public enum MultiDatasetBatchSamplers
{
    /// <summary>Every batch of every set once, at random: a larger set is met more often.</summary>
    Proportional,

    /// <summary>One batch of each set in turn, until one set is at its end.</summary>
    RoundRobin,
}
