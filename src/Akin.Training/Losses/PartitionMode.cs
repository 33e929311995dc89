namespace Akin.Training.Losses;

/// <summary>Which scores share a softmax when there are several <see cref="RankingDirections"/>.</summary>
public enum PartitionMode
{
    /// <summary>All of them.</summary>
    Joint,

    /// <summary>Those of one direction; the loss is the mean over the directions.</summary>
    PerDirection,
}
