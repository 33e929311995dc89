namespace Akin.Training.Losses;

/// <summary>What is compared with what in <see cref="MultipleNegativesRankingLoss"/>.</summary>
[Flags]
public enum RankingDirections
{
    /// <summary>Every anchor with all positives and negatives of the batch.</summary>
    QueryToDoc = 1,

    /// <summary>Every anchor with all other anchors.</summary>
    QueryToQuery = 2,

    /// <summary>Every positive with all anchors.</summary>
    DocToQuery = 4,

    /// <summary>Every positive with all positives and negatives of the other rows.</summary>
    DocToDoc = 8,
}
