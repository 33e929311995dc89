namespace Akin.Training.Losses;

/// <summary><see cref="MultipleNegativesRankingLoss"/> from anchors to positives and from positives to anchors.</summary>
/// <remarks>
/// <para>In words: an anchor must find its positive, and the positive its anchor: for data where both are searched for, such as paraphrases and
/// translations.</para>
/// <para>Inputs: <c>anchor, positive[, negative …]</c>, no label; negatives take part in the first direction only. Requirements: as for
/// <see cref="MultipleNegativesRankingLoss"/>.</para>
/// <para>Formula: the mean of the two directions.</para>
/// <para>Relations: the same as <see cref="MultipleNegativesRankingLoss"/> with those two directions and <see cref="PartitionMode.PerDirection"/>; the
/// name is kept for those who know it.</para>
/// </remarks>
public class MultipleNegativesSymmetricRankingLoss : MultipleNegativesRankingLoss
{
    /// <summary>Makes the loss.</summary>
    public MultipleNegativesSymmetricRankingLoss()
    {
        Directions = RankingDirections.QueryToDoc | RankingDirections.DocToQuery;
        Partition = PartitionMode.PerDirection;
    }
}
