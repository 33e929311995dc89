using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary>Picks the right positive among all positives and negatives of the batch (InfoNCE).</summary>
/// <remarks>
/// <para>In words: every anchor must be nearer to its own positive than to any other text of the batch. The larger the batch, the harder that is and
/// the better the model becomes.</para>
/// <para>Inputs: <c>anchor, positive[, negative …]</c>, no label. Requirements: no text twice in a batch (a text's own copy would count as wrong), so
/// use a sampler without duplicates.</para>
/// <para>Formula: with s the similarity times <see cref="Scale"/>, the mean over the rows of ln Σⱼ e^s(aᵢ, dⱼ) − s(aᵢ, pᵢ), where d are the positives,
/// then the first negatives, then the second … (van den Oord et al. 2018, https://arxiv.org/abs/1807.03748). More directions add their scores to
/// the sum (<see cref="PartitionMode.Joint"/>, as GTE does, https://arxiv.org/abs/2308.03281) or have one of their own.</para>
/// <para>Relations: <see cref="CachedMultipleNegativesRankingLoss"/> allows batches of any size; <see cref="GISTEmbedLoss"/> leaves out negatives
/// that a guide finds right.</para>
/// <para>Example: <c>new MultipleNegativesRankingLoss { Directions = RankingDirections.QueryToDoc | RankingDirections.DocToQuery, Partition = PartitionMode.PerDirection }</c>.</para>
/// </remarks>
public class MultipleNegativesRankingLoss : SentenceLoss
{
    private const RankingDirections All =
        RankingDirections.QueryToDoc | RankingDirections.QueryToQuery | RankingDirections.DocToQuery | RankingDirections.DocToDoc;

    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("anchor, positive[, negative …]", 2, int.MaxValue, LossLabel.None));

    /// <summary>Multiplies the similarities: 1 divided by the temperature. Default: 20.</summary>
    public float Scale { get; init; } = 20;

    /// <summary>Default: the cosine. For the inner product take <see cref="Scale"/> 1.</summary>
    public SimilarityFunction Similarity { get; init; } = SimilarityFunction.Cosine;

    /// <summary>What is compared with what; anchors with documents always are. Default: only that.</summary>
    public RankingDirections Directions
    {
        get;
        init => field = value.HasFlag(RankingDirections.QueryToDoc) && (value & ~All) == 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"{nameof(RankingDirections.QueryToDoc)} must be one of the directions.");
    } = RankingDirections.QueryToDoc;

    /// <summary>Which scores share a softmax. Default: all.</summary>
    public PartitionMode Partition { get; init; } = PartitionMode.Joint;

    /// <summary>Which negatives of an anchor count for more the nearer they are. Default: none.</summary>
    public HardnessMode Hardness { get; init; } = HardnessMode.None;

    /// <summary>This times the similarity is added to the scores of the negatives that <see cref="Hardness"/> names. Default: 0, nothing.</summary>
    public float HardnessStrength { get; init; }

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        const RankingDirections WithoutPositive = RankingDirections.QueryToQuery | RankingDirections.DocToDoc;
        if (Partition == PartitionMode.PerDirection && (Directions & WithoutPositive) != 0)
        {
            throw new LossInputException(
                $"{GetType().Name}: {Directions & WithoutPositive} has no positive pair, so it cannot have a softmax of its own: use {nameof(PartitionMode)}.{nameof(PartitionMode.Joint)}.");
        }

        // The first columns of every score matrix belong to the positives (or anchors) of the rows: the right one of row i is in column i.
        List<Tensor> scores = [.. Scores(context, input)];
        int[] own = [.. Enumerable.Range(0, input.BatchSize)];
        if (Partition == PartitionMode.Joint)
        {
            return context.CrossEntropy(scores.Count == 1 ? scores[0] : context.Concatenate(axis: 1, [.. scores]), own);
        }

        Tensor sum = scores.Select(part => context.CrossEntropy(part, own)).Aggregate((left, right) => context.Add(left, right));
        return context.Multiply(sum, 1f / scores.Count);
    }

    private IEnumerable<Tensor> Scores(ForwardContext context, SentenceLossInput input)
    {
        Tensor anchors = input.Embeddings[0];
        Tensor positives = input.Embeddings[1];
        Tensor documents = input.Embeddings.Count == 2 ? positives : context.Concatenate(axis: 0, [.. input.Embeddings.Skip(1)]);
        Tensor similarity = Similarity.OfAllPairs(context, anchors, documents);
        yield return WithHardness(context, similarity, input.BatchSize);
        if (Directions.HasFlag(RankingDirections.QueryToQuery))
        {
            yield return WithoutOwn(context, Scaled(context, Similarity.OfAllPairs(context, anchors, anchors)));
        }

        if (Directions.HasFlag(RankingDirections.DocToQuery))
        {
            yield return Scaled(context, Similarity.OfAllPairs(context, positives, anchors));
        }

        if (Directions.HasFlag(RankingDirections.DocToDoc))
        {
            yield return WithoutOwn(context, Scaled(context, Similarity.OfAllPairs(context, positives, documents)));
        }
    }

    private Tensor Scaled(ForwardContext context, Tensor similarity) => Scale == 1 ? similarity : context.Multiply(similarity, Scale);

    // The weight of a negative is not trained: its similarity is added as a constant.
    private Tensor WithHardness(ForwardContext context, Tensor similarity, int batchSize)
    {
        Tensor scores = Scaled(context, similarity);
        if (Hardness == HardnessMode.None || HardnessStrength == 0)
        {
            return scores;
        }

        Tensor penalty = new(similarity.Shape);
        for (int row = 0; row < batchSize; row++)
        {
            for (int column = 0; column < similarity.ColumnCount; column++)
            {
                bool isOwn = column % batchSize == row;
                bool isNegative = Hardness switch
                {
                    HardnessMode.InBatchNegatives => !isOwn,
                    HardnessMode.HardNegatives => isOwn && column >= batchSize,
                    _ => column != row,
                };
                penalty.Row(row)[column] = isNegative ? HardnessStrength * similarity.Row(row)[column] : 0;
            }
        }

        return context.Add(scores, penalty);
    }

    /// <summary>Leaves out what belongs to the row itself: an anchor, or all documents of the anchor.</summary>
    private static Tensor WithoutOwn(ForwardContext context, Tensor scores)
    {
        bool[] mask = new bool[scores.RowCount * scores.ColumnCount];
        for (int row = 0; row < scores.RowCount; row++)
        {
            for (int column = row; column < scores.ColumnCount; column += scores.RowCount)
            {
                mask[(row * scores.ColumnCount) + column] = true;
            }
        }

        return context.MaskedFill(scores, mask, float.NegativeInfinity);
    }
}
