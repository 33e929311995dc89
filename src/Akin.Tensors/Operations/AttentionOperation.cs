using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>Scaled dot-product attention over ragged sequences (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, section 3.2.1).</summary>
public static class AttentionOperation
{
    /// <summary>Every token looks at the tokens of its own sequence.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="queryKeyValue">The fused product, <c>[tokens, 3 · heads · headSize]</c>: queries, then keys, then values.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="options">Heads, mask and scale.</param>
    /// <param name="relativeBias">
    /// Added to the scaled scores by distance between the tokens' columns, <c>[heads, 2 · maxDistance + 1]</c>; <see langword="null"/> for none.
    /// </param>
    public static AttentionResult SelfAttention(
        this ForwardContext context, Tensor queryKeyValue, RaggedBatch batch, AttentionOptions options, Tensor? relativeBias = null)
    {
        int width = options.HeadCount * options.HeadSize;
        Operands operands = new(
            new ColumnBlock(queryKeyValue, 0), new ColumnBlock(queryKeyValue, width), new ColumnBlock(queryKeyValue, 2 * width),
            batch.Offsets, batch.Offsets, options, relativeBias, batch.Columns, batch.Columns);
        return Attend(context, operands);
    }

    /// <summary>Every token of a batch looks at the tokens of the same sequence in another batch.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="query">Queries, <c>[tokens, heads · headSize]</c>.</param>
    /// <param name="keyValue">The fused product of what is looked at, <c>[other tokens, 2 · heads · headSize]</c>: keys, then values.</param>
    /// <param name="batch">The sequences that look.</param>
    /// <param name="other">The sequences that are looked at, as many.</param>
    /// <param name="options">Heads, mask and scale.</param>
    public static AttentionResult CrossAttention(
        this ForwardContext context, Tensor query, Tensor keyValue, RaggedBatch batch, RaggedBatch other, AttentionOptions options)
    {
        int width = options.HeadCount * options.HeadSize;
        Operands operands = new(
            new ColumnBlock(query, 0), new ColumnBlock(keyValue, 0), new ColumnBlock(keyValue, width),
            batch.Offsets, other.Offsets, options, RelativeBias: null, batch.Columns, other.Columns);
        return Attend(context, operands);
    }

    /// <summary>New tokens look at what a cache holds of their sequences and at themselves, and are added to it. For inference.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="queryKeyValue">The fused product of the new tokens, <c>[tokens, 3 · heads · headSize]</c>.</param>
    /// <param name="batch">The new tokens of every sequence; with a bias their columns say where in the sequence they stand.</param>
    /// <param name="options">Heads, mask and scale.</param>
    /// <param name="cache">The sequences so far, in the order of the batch.</param>
    /// <param name="relativeBias">As in <see cref="SelfAttention(ForwardContext, Tensor, RaggedBatch, AttentionOptions, Tensor?)"/>.</param>
    public static AttentionResult SelfAttention(
        this ForwardContext context, Tensor queryKeyValue, RaggedBatch batch, AttentionOptions options, KeyValueCache cache, Tensor? relativeBias = null)
    {
        ArgumentNullException.ThrowIfNull(cache);
        cache.Append(new ColumnBlock(queryKeyValue, options.HeadCount * options.HeadSize), batch);
        return CrossAttention(context, queryKeyValue, batch, options, cache, relativeBias);
    }

    /// <summary>Every token looks at what a cache holds of its sequence. For inference.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="query">Queries, <c>[tokens, heads · headSize]</c> or the beginning of wider rows.</param>
    /// <param name="batch">The sequences that look.</param>
    /// <param name="options">Heads, mask and scale.</param>
    /// <param name="cache">What each of them looks at.</param>
    /// <param name="relativeBias">Added to the scaled scores by distance, or <see langword="null"/>.</param>
    public static AttentionResult CrossAttention(
        this ForwardContext context, Tensor query, RaggedBatch batch, AttentionOptions options, KeyValueCache cache, Tensor? relativeBias = null)
    {
        ArgumentNullException.ThrowIfNull(cache);
        int width = options.HeadCount * options.HeadSize;
        Tensor output = context.Rent(new Shape(query.RowCount, width));
        ReadOnlySpan<int> offsets = batch.Offsets.Span;
        for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
        {
            // One call for each sequence: their rows do not stand one after the other.
            int first = offsets[sequence], count = offsets[sequence + 1] - first;
            ReadOnlySpan<float> rows = cache.Values(sequence);
            AttentionInput input = new()
            {
                Query = query.Span[(first * query.ColumnCount)..],
                Key = rows,
                Value = rows.IsEmpty ? [] : rows[width..],
                QueryStride = query.ColumnCount,
                KeyStride = 2 * width,
                ValueStride = 2 * width,
                QueryOffsets = [0, count],
                KeyOffsets = [0, cache.Length(sequence)],
                HeadCount = options.HeadCount,
                HeadSize = options.HeadSize,
                Scale = options.Scale ?? 1 / MathF.Sqrt(options.HeadSize),
                Causal = options.IsCausal,
                RelativeBias = relativeBias is null ? [] : relativeBias.Span,
                QueryPositions = relativeBias is null ? [] : batch.Columns.Span.Slice(first, count),
            };
            Attention.Forward(input, output.Span.Slice(first * width, count * width), context.Pool);
        }

        return new AttentionResult(output, null);
    }

    private static AttentionResult Attend(ForwardContext context, Operands operands)
    {
        if (context.Drops(operands.Options.Dropout))
        {
            operands = operands with { Mask = context.NextDropoutKey() };
        }

        (ColumnBlock query, ColumnBlock key, ColumnBlock value) = (operands.Query, operands.Key, operands.Value);
        bool records = context.Records(query.Tensor) || context.Records(key.Tensor) || context.Records(value.Tensor)
            || context.Records(operands.RelativeBias);
        AttentionInput input = operands.Input();
        Tensor output = context.Rent(new Shape(query.Tensor.RowCount, operands.Options.HeadCount * operands.Options.HeadSize));
        Tensor? probabilities = records || context.Captures(Capture.Attentions)
            ? context.Rent(new Shape(checked((int)Attention.ProbabilityCount(input))))
            : null;
        Attention.Forward(input, output.Span, context.Pool, probabilities is null ? [] : probabilities.Span);
        if (records)
        {
            context.Record(new Node(operands, probabilities!, output));
        }

        return new AttentionResult(output, context.Captures(Capture.Attentions) ? probabilities : null);
    }

    private readonly record struct Operands(
        ColumnBlock Query,
        ColumnBlock Key,
        ColumnBlock Value,
        ReadOnlyMemory<int> QueryOffsets,
        ReadOnlyMemory<int> KeyOffsets,
        AttentionOptions Options,
        Tensor? RelativeBias,
        ReadOnlyMemory<int> QueryColumns,
        ReadOnlyMemory<int> KeyColumns)
    {
        /// <summary>The mask of dropout; null when nothing is dropped.</summary>
        public ulong? Mask { get; init; }

        public AttentionInput Input() => new()
        {
            Query = Query.Span,
            Key = Key.Span,
            Value = Value.Span,
            QueryStride = Query.Stride,
            KeyStride = Key.Stride,
            ValueStride = Value.Stride,
            QueryOffsets = QueryOffsets.Span,
            KeyOffsets = KeyOffsets.Span,
            HeadCount = Options.HeadCount,
            HeadSize = Options.HeadSize,
            Scale = Options.Scale ?? 1 / MathF.Sqrt(Options.HeadSize),
            Causal = Options.IsCausal,
            RelativeBias = RelativeBias is null ? [] : RelativeBias.Span,
            QueryPositions = RelativeBias is null ? [] : QueryColumns.Span,
            KeyPositions = RelativeBias is null ? [] : KeyColumns.Span,
            Dropout = Mask is null ? 0 : Options.Dropout,
            DropoutKey = Mask ?? 0,
        };
    }

    private sealed class Node(Operands operands, Tensor probabilities, Tensor output) : TapeNode(output, probabilities)
    {
        // With P = softmax(s·Q·Kᵀ + bias):  dV = Pᵀ·dO,  dP = dO·Vᵀ,  dS = P ∘ (dP - rowsum(dP ∘ P)),  dQ = s·dS·K,  dK = s·dSᵀ·Q.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            // The kernel writes gradients in the layout of its inputs, whose columns are all queries, keys or values: one buffer for each distinct matrix.
            Tensor query = context.Rent(operands.Query.Tensor.Shape);
            Tensor key = operands.Key.Tensor == operands.Query.Tensor ? query : context.Rent(operands.Key.Tensor.Shape);
            AttentionGradients gradients = new()
            {
                Query = operands.Query.Of(query),
                Key = operands.Key.Of(key),
                Value = operands.Value.Of(key),
                RelativeBias = context.GradientOf(operands.RelativeBias),
            };
            Attention.Backward(operands.Input(), probabilities.Span, outputGradient.Span, gradients, context.Pool);
            context.GiveAway(query, operands.Query.Tensor);
            if (key != query)
            {
                context.GiveAway(key, operands.Key.Tensor);
            }
        }
    }
}
