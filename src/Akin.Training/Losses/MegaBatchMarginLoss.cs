using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary>Pulls every anchor to its positive, and away from the nearest other positive of a very large batch.</summary>
/// <remarks>
/// <para>In words: the larger the batch, the harder its hardest negative (Wieting and Gimpel 2018, "ParaNMT-50M", https://arxiv.org/abs/1711.05732).</para>
/// <para>Inputs: <c>anchor, positive</c>, no label. Requirements: batches of 500 and more, no text twice in a batch.</para>
/// <para>Formula: mean relu(<see cref="PositiveMargin"/> − cos(aᵢ, pᵢ)) + relu(max over j ≠ i of cos(aᵢ, pⱼ) − <see cref="NegativeMargin"/>).</para>
/// <para>Relations: <see cref="CachedMultipleNegativesRankingLoss"/> uses all negatives of as large a batch.</para>
/// <para>Example: <c>new MegaBatchMarginLoss(miniBatchSize: 50)</c>.</para>
/// </remarks>
/// <param name="miniBatchSize">Texts encoded at a time; <see langword="null"/> for the whole batch. Default: 50.</param>
/// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
public sealed class MegaBatchMarginLoss(int? miniBatchSize = 50) : SentenceLoss
{
    private const float BelowAnyCosine = -2;

    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("anchor, positive", 2, 2, LossLabel.None));

    /// <inheritdoc/>
    public override int? MiniBatchSize { get; } = miniBatchSize is { } size ? MiniBatches.Checked(size) : null;

    /// <summary>How similar an anchor and its positive should be. Default: 0.8.</summary>
    public float PositiveMargin { get; init; } = 0.8f;

    /// <summary>How similar an anchor and another positive may be. Default: 0.3.</summary>
    public float NegativeMargin { get; init; } = 0.3f;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        Tensor cosines = context.CosSim(input.Embeddings[0], input.Embeddings[1]);
        int[] own = [.. Enumerable.Range(0, input.BatchSize)];
        bool[] isOwn = new bool[input.BatchSize * input.BatchSize];
        foreach (int row in own)
        {
            isOwn[(row * input.BatchSize) + row] = true;
        }

        Tensor positive = context.Reshape(context.Gather(cosines, axis: 1, own), new Shape(input.BatchSize));
        Tensor negative = context.Max(context.MaskedFill(cosines, isOwn, BelowAnyCosine), axis: 1);
        Tensor pulled = context.Relu(context.Affine(positive, -1, PositiveMargin));
        return context.Mean(context.Add(pulled, context.Relu(context.Add(negative, -NegativeMargin))));
    }
}
