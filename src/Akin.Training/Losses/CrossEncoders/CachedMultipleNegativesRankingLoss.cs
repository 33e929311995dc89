namespace Akin.Training.Losses.CrossEncoders;

/// <summary><see cref="MultipleNegativesRankingLoss"/> in the memory of a mini-batch.</summary>
/// <remarks>Pairs are scored some at a time, and again so in the backward pass; value and gradient are the same for every mini-batch size.</remarks>
/// <param name="miniBatchSize">Pairs scored at a time; choose the largest that fits. Default: 32.</param>
/// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
public sealed class CachedMultipleNegativesRankingLoss(int miniBatchSize = MiniBatches.DefaultSize) : MultipleNegativesRankingLoss
{
    /// <inheritdoc/>
    public override int? MiniBatchSize { get; } = MiniBatches.Checked(miniBatchSize);
}
