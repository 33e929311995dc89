using Akin.Kernels;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses.CrossEncoders;

/// <summary>Picks the right document of a query among its own negatives and some documents of other queries.</summary>
/// <remarks>
/// <para>In words: a query must score highest with its own positive. Every pair costs a pass of the model, so only some of the other queries' documents
/// are drawn.</para>
/// <para>Inputs: <c>query, positive[, negative …]</c>, no label. Requirements: as many negatives for every query; no text twice in a batch.</para>
/// <para>Formula: cross-entropy of <see cref="Scale"/> · f(s) over the positive, the drawn documents and the query's negatives, with f =
/// <see cref="CrossEncoderLoss.Activation"/> (the sigmoid by default).</para>
/// <para>Relations: <see cref="CachedMultipleNegativesRankingLoss"/> allows large batches; <see cref="BinaryCrossEntropyLoss"/> takes labelled pairs.</para>
/// <para>Example: <c>new MultipleNegativesRankingLoss { NegativeCount = 8 }</c>.</para>
/// </remarks>
public class MultipleNegativesRankingLoss : CrossEncoderLoss
{
    /// <summary>Makes the loss with its default activation, the sigmoid.</summary>
    public MultipleNegativesRankingLoss() => Activation = Activation.Sigmoid;

    /// <inheritdoc/>
    public override string Wants => "query, positive[, negative …] without a label";

    /// <inheritdoc/>
    public override CrossEncoderLabels Labels => CrossEncoderLabels.None;

    /// <summary>How many documents of other queries are drawn for each query; <see langword="null"/> for all of them. Default: 4.</summary>
    public int? NegativeCount
    {
        get;
        init => field = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "One document of another query or more, or null for all.");
    } = 4;

    /// <summary>Multiplies the activated scores. Default: 10.</summary>
    public float Scale { get; init; } = 10;

    /// <inheritdoc/>
    protected override IReadOnlyList<TextPair> PairsOf(IReadOnlyList<CrossEncoderExample> batch, int example, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int documentCount = DocumentCount.Of(GetType().Name, batch);
        (string query, IReadOnlyList<string> own) = (batch[example].Query, batch[example].Documents);
        return
        [
            new TextPair(query, own[0]),
            .. Others(example, batch.Count, documentCount, seed).Select(other => new TextPair(query, batch[other.Query].Documents[other.Document])),
            .. own.Skip(1).Select(negative => new TextPair(query, negative)),
        ];
    }

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, IReadOnlyList<CrossEncoderExample> batch, Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(scores);
        Tensor rows = context.Reshape(scores, new Shape(batch.Count, scores.RowCount * scores.ColumnCount / batch.Count));
        return context.CrossEntropy(context.Multiply(rows, Scale), new int[batch.Count]); // the positive is the first of every row
    }

    /// <summary>Documents of other queries: all positives first, then all first negatives, and so on; some of them, without repetition, where fewer are wanted.</summary>
    private IEnumerable<(int Query, int Document)> Others(int query, int queryCount, int documentCount, ulong seed)
    {
        (int Query, int Document)[] all =
            [.. Enumerable.Range(0, documentCount).SelectMany(document => Enumerable.Range(0, queryCount).Where(other => other != query).Select(other => (other, document)))];
        if (NegativeCount is not { } count || count >= all.Length)
        {
            return all;
        }

        Random random = new(HashCode(seed, query));
        random.Shuffle(all);
        return all.Take(count);
    }

    // The golden ratio spreads neighbouring seeds and queries over all numbers.
    private static int HashCode(ulong seed, int query) => (int)(unchecked((seed + (ulong)query) * 0x9E3779B97F4A7C15) >> 33);
}
