using Akin.Search;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary>Picks the right positive among the texts of the batch that a guide does not find right as well.</summary>
/// <remarks>
/// <para>In words: a second, good model compares the same texts; a text of the batch that it finds nearer to the anchor than the anchor's own positive
/// is no negative (Solatorio 2024, "GISTEmbed", https://arxiv.org/abs/2402.16829).</para>
/// <para>Inputs: <c>anchor, positive[, negative …]</c>, no label. Requirements: the guide should be better than the model.</para>
/// <para>Formula: cross-entropy over the cosines anchor–positive, anchor–anchor, positive–positive and anchor–negative divided by
/// <see cref="Temperature"/>, without those whose guide's cosine is above the positive's (minus <see cref="Margin"/>); the positive itself always stays.</para>
/// <para>Relations: <see cref="MultipleNegativesRankingLoss"/> trusts every negative; <see cref="CachedGISTEmbedLoss"/> allows batches of any size.</para>
/// <para>Example: <c>new GISTEmbedLoss(guide) { MarginStrategy = MarginStrategy.Relative, Margin = 0.05f }</c>.</para>
/// </remarks>
/// <param name="guide">Encodes the texts of every batch.</param>
public class GISTEmbedLoss(IEncoder guide) : SentenceLoss
{
    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("anchor, positive[, negative …]", 2, int.MaxValue, LossLabel.None));

    /// <inheritdoc/>
    public override IEncoder Guide { get; } = guide ?? throw new ArgumentNullException(nameof(guide));

    /// <summary>Divides the cosines. Default: 0.01.</summary>
    public float Temperature
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A temperature is above 0.");
    } = 0.01f;

    /// <summary>What <see cref="Margin"/> means. Default: a difference.</summary>
    public MarginStrategy MarginStrategy { get; init; } = MarginStrategy.Absolute;

    /// <summary>How far below the positive's similarity a negative must be. Default: 0.</summary>
    public float Margin { get; init; }

    /// <summary>Whether the other anchors are negatives too. Default: yes.</summary>
    public bool ContrastAnchors { get; init; } = true;

    /// <summary>Whether a positive is compared with the other positives too. Default: yes.</summary>
    public bool ContrastPositives { get; init; } = true;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        IReadOnlyList<Tensor> texts = input.Embeddings;
        IReadOnlyList<Tensor> guided = input.GuideEmbeddings!;
        Tensor guidedPositives = context.CosSim(guided[0], guided[1]);
        float[] limits = new float[input.BatchSize];
        for (int row = 0; row < limits.Length; row++)
        {
            float own = guidedPositives.Row(row)[row];
            limits[row] = own - (MarginStrategy == MarginStrategy.Absolute ? Margin : MathF.Abs(own) * Margin);
        }

        List<Tensor> scores = [Masked(context, context.CosSim(texts[0], texts[1]), guidedPositives, limits, keepsOwn: true)];
        if (ContrastAnchors)
        {
            scores.Add(Masked(context, context.CosSim(texts[0], texts[0]), context.CosSim(guided[0], guided[0]), limits));
        }

        if (ContrastPositives)
        {
            scores.Add(Masked(context, context.CosSim(texts[1], texts[1]), context.CosSim(guided[1], guided[1]), limits));
        }

        for (int column = 2; column < texts.Count; column++)
        {
            scores.Add(Masked(context, context.CosSim(texts[0], texts[column]), context.CosSim(guided[0], guided[column]), limits));
        }

        Tensor logits = context.Multiply(context.Concatenate(axis: 1, [.. scores]), 1 / Temperature);
        return context.CrossEntropy(logits, (int[])[.. Enumerable.Range(0, input.BatchSize)]);
    }

    private static Tensor Masked(ForwardContext context, Tensor similarity, Tensor guided, float[] limits, bool keepsOwn = false)
    {
        bool[] mask = new bool[similarity.Span.Length];
        for (int row = 0; row < similarity.RowCount; row++)
        {
            ReadOnlySpan<float> byGuide = guided.Row(row);
            for (int column = 0; column < byGuide.Length; column++)
            {
                mask[(row * byGuide.Length) + column] = byGuide[column] > limits[row] && !(keepsOwn && column == row);
            }
        }

        return context.MaskedFill(similarity, mask, float.NegativeInfinity);
    }
}
