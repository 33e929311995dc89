using System.Runtime.CompilerServices;

namespace Akin.Kernels;

/// <summary>Scaled dot-product attention over ragged sequences.</summary>
/// <remarks>
/// <c>context = softmax(scale · Q·Kᵀ + bias) · V</c> for each sequence and head (Vaswani et al. 2017, section 3.2.1). A token's bits do not
/// depend on the batch it is in, nor on the number of threads. Thread-safe.
/// </remarks>
public static unsafe class Attention
{
    /// <summary>Computes the context of every query.</summary>
    /// <param name="input">Queries, keys, values and options.</param>
    /// <param name="context">Receives <c>[query tokens, headCount · headSize]</c>; a query that sees no key gets zeros.</param>
    /// <param name="pool">The threads to use.</param>
    /// <param name="probabilities">
    /// Receives the softmax, before dropout, when not empty: for each sequence <c>[headCount, queryLength, keyLength]</c>, sequences one after the other
    /// (<see cref="ProbabilityCount"/> floats).
    /// </param>
    /// <exception cref="ArgumentException">A span is too short, or offsets are not ascending from 0.</exception>
    public static void Forward(in AttentionInput input, Span<float> context, WorkerPool pool, Span<float> probabilities = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        Validate(input);
        RequireLength(context.Length, (long)input.QueryOffsets[^1] * input.HeadCount * input.HeadSize);
        if (!probabilities.IsEmpty)
        {
            RequireLength(probabilities.Length, ProbabilityCount(input));
        }

        ForwardWith(GemmKernel.Current, input, context, pool, probabilities);
    }

    /// <summary>Computes the gradients of queries, keys, values and the relative bias.</summary>
    /// <param name="input">What the forward pass was given.</param>
    /// <param name="probabilities">What the forward pass wrote; undefined afterwards.</param>
    /// <param name="contextGradient">Gradient of the context, <c>[query tokens, headCount · headSize]</c>.</param>
    /// <param name="gradients">Receives the gradients.</param>
    /// <param name="pool">The threads to use.</param>
    /// <exception cref="ArgumentException">A span is too short, or offsets are not ascending from 0.</exception>
    public static void Backward(
        in AttentionInput input,
        Span<float> probabilities,
        ReadOnlySpan<float> contextGradient,
        in AttentionGradients gradients,
        WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        Validate(input);
        RequireLength(probabilities.Length, ProbabilityCount(input));
        RequireLength(contextGradient.Length, (long)input.QueryOffsets[^1] * input.HeadCount * input.HeadSize);
        RequireRows(gradients.Query, input.QueryStride, input.QueryOffsets, input);
        RequireRows(gradients.Key, input.KeyStride, input.KeyOffsets, input);
        RequireRows(gradients.Value, input.ValueStride, input.KeyOffsets, input);
        if (!gradients.RelativeBias.IsEmpty)
        {
            RequireLength(gradients.RelativeBias.Length, input.RelativeBias.Length);
        }

        BackwardWith(GemmKernel.Current, input, probabilities, contextGradient, gradients, pool);
    }

    /// <summary>Floats that <see cref="Forward"/> writes as probabilities: <c>headCount · Σ queryLength · keyLength</c>.</summary>
    public static long ProbabilityCount(in AttentionInput input)
    {
        long count = 0;
        for (int i = 0; i + 1 < input.QueryOffsets.Length; i++)
        {
            count += (long)(input.QueryOffsets[i + 1] - input.QueryOffsets[i]) * (input.KeyOffsets[i + 1] - input.KeyOffsets[i]);
        }

        return count * input.HeadCount;
    }

    /// <summary>The forward pass with one tier's kernel; the arguments were validated.</summary>
    internal static void ForwardWith(
        GemmKernel kernel, in AttentionInput input, Span<float> context, WorkerPool pool, Span<float> probabilities)
    {
        fixed (float* query = input.Query, key = input.Key, value = input.Value, relativeBias = input.RelativeBias)
        fixed (int* queryOffsets = input.QueryOffsets, keyOffsets = input.KeyOffsets)
        fixed (int* queryPositions = input.QueryPositions, keyPositions = input.KeyPositions)
        fixed (float* contextRows = context, weights = probabilities)
        {
            AttentionLayout layout = new(kernel, input, query, key, value, queryOffsets, keyOffsets);
            AttentionForward body = new()
            {
                Layout = layout,
                Scale = input.Scale,
                IsCausal = input.Causal,
                RelativeBias = relativeBias,
                RelativeBiasWidth = input.RelativeBias.Length / input.HeadCount,
                QueryPositions = queryPositions,
                KeyPositions = keyPositions,
                Context = contextRows,
                Probabilities = weights,
                Drops = input.Dropout > 0,
                Mask = new DropoutMask(input.Dropout, input.DropoutKey),
            };
            body.Run(pool);
        }
    }

    /// <summary>The backward pass with one tier's kernel; the arguments were validated.</summary>
    internal static void BackwardWith(
        GemmKernel kernel,
        in AttentionInput input,
        Span<float> probabilities,
        ReadOnlySpan<float> contextGradient,
        in AttentionGradients gradients,
        WorkerPool pool)
    {
        fixed (float* query = input.Query, key = input.Key, value = input.Value)
        fixed (int* queryOffsets = input.QueryOffsets, keyOffsets = input.KeyOffsets)
        fixed (int* queryPositions = input.QueryPositions, keyPositions = input.KeyPositions)
        fixed (float* weights = probabilities, contextRows = contextGradient)
        fixed (float* queryRows = gradients.Query, keyRows = gradients.Key, valueRows = gradients.Value, relativeBias = gradients.RelativeBias)
        {
            AttentionLayout layout = new(kernel, input, query, key, value, queryOffsets, keyOffsets);
            AttentionBackward body = new()
            {
                Layout = layout,
                Scale = input.Scale,
                RelativeBiasWidth = input.RelativeBias.Length / input.HeadCount,
                QueryPositions = queryPositions,
                KeyPositions = keyPositions,
                Probabilities = weights,
                ContextGradient = contextRows,
                QueryGradient = queryRows,
                KeyGradient = keyRows,
                ValueGradient = valueRows,
                RelativeBiasGradient = relativeBias,
                Drops = input.Dropout > 0,
                Mask = new DropoutMask(input.Dropout, input.DropoutKey),
            };
            body.Run(pool);
        }
    }

    private static void Validate(in AttentionInput input)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(input.HeadCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(input.HeadSize, 1);
        if (input.QueryOffsets.Length != input.KeyOffsets.Length || input.QueryOffsets.IsEmpty)
        {
            throw new ArgumentException(
                $"Offsets of {input.QueryOffsets.Length} and {input.KeyOffsets.Length} entries: expected batch + 1 for both.");
        }

        RequireRows(input.Query, input.QueryStride, input.QueryOffsets, input);
        RequireRows(input.Key, input.KeyStride, input.KeyOffsets, input);
        RequireRows(input.Value, input.ValueStride, input.KeyOffsets, input);
        if (!input.RelativeBias.IsEmpty && (input.RelativeBias.Length % input.HeadCount != 0 || input.RelativeBias.Length / input.HeadCount % 2 == 0))
        {
            throw new ArgumentException(
                $"RelativeBias of {input.RelativeBias.Length}: expected {input.HeadCount} heads times 2·maxDistance + 1.");
        }

        RequirePositions(input.QueryPositions, input.QueryOffsets);
        RequirePositions(input.KeyPositions, input.KeyOffsets);
    }

    private static void RequirePositions(
        ReadOnlySpan<int> positions, ReadOnlySpan<int> offsets, [CallerArgumentExpression(nameof(positions))] string name = "")
    {
        if (!positions.IsEmpty && positions.Length != offsets[^1])
        {
            throw new ArgumentException($"{name} has {positions.Length} entries: expected one for each of {offsets[^1]} rows.");
        }
    }

    private static void RequireRows(
        ReadOnlySpan<float> rows,
        int stride,
        ReadOnlySpan<int> offsets,
        in AttentionInput input,
        [CallerArgumentExpression(nameof(rows))] string name = "")
    {
        int previous = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            if (offsets[i] < previous || (i == 0 && offsets[i] != 0))
            {
                throw new ArgumentException($"Offset {i} is {offsets[i]} after {previous}: expected offsets that ascend from 0.");
            }

            previous = offsets[i];
        }

        int width = input.HeadCount * input.HeadSize;
        if (stride < width)
        {
            throw new ArgumentException($"The stride of {name} is {stride}: expected at least {width} ({input.HeadCount} heads of {input.HeadSize}).");
        }

        long needed = previous == 0 ? 0 : ((long)(previous - 1) * stride) + width;
        if (rows.Length < needed)
        {
            throw new ArgumentException($"{name} has {rows.Length} floats: expected at least {needed} ({previous} rows, stride {stride}).");
        }
    }

    private static void RequireLength(int length, long expected, [CallerArgumentExpression(nameof(length))] string name = "")
    {
        if (length != expected)
        {
            throw new ArgumentException($"{name} is {length}: expected {expected}.");
        }
    }
}
