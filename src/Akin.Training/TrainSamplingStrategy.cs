namespace Akin.Training;

/// <summary>The order in which an epoch runs through its examples (<c>train_sampling_strategy</c>).</summary>
public enum TrainSamplingStrategy
{
    /// <summary>Shuffled, anew in every epoch.</summary>
    Random,

    /// <summary>As they stand.</summary>
    Sequential,

    /// <summary>
    /// Shuffled, then sorted by length within 50 batches, the longest example of all in the first batch: memory is found short at once. Without padding
    /// it gains little time here, but batches of equal length have more equal gradients.
    /// </summary>
    GroupByLength,
}
