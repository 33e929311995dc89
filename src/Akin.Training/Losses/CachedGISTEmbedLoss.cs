using Akin.Search;

namespace Akin.Training.Losses;

/// <summary><see cref="GISTEmbedLoss"/> in the memory of a mini-batch, as <see cref="CachedMultipleNegativesRankingLoss"/>.</summary>
/// <remarks>Value and gradient are the same for every mini-batch size.</remarks>
/// <param name="guide">Encodes the texts of every batch.</param>
/// <param name="miniBatchSize">Texts encoded at a time; choose the largest that fits. Default: 32.</param>
/// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
public sealed class CachedGISTEmbedLoss(IEncoder guide, int miniBatchSize = MiniBatches.DefaultSize) : GISTEmbedLoss(guide)
{
    /// <inheritdoc/>
    public override int? MiniBatchSize { get; } = MiniBatches.Checked(miniBatchSize);
}
