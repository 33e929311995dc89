using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Akin.Kernels.Lanes;

namespace Akin.Kernels;

/// <summary>Turns the token vectors of each sequence of a ragged batch into one vector.</summary>
/// <remarks>A sequence without tokens becomes a vector of zeros. A sequence's bits depend on that sequence alone. A NaN among the tokens gives NaN,
/// except that the maximum of a dimension that holds a NaN is unspecified.</remarks>
public static class Pooling
{
    /// <summary>Pools every sequence.</summary>
    /// <param name="mode">How.</param>
    /// <param name="tokens">Token vectors, <c>[tokens, width]</c>.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="offsets">First token of each sequence and the end of the last, <c>[batch + 1]</c>.</param>
    /// <param name="output">Pooled vectors: sequence i is written at i · <paramref name="outputStride"/>.</param>
    /// <param name="outputStride">Floats from one pooled vector to the next: <paramref name="width"/>, or more when several modes are concatenated.</param>
    /// <param name="pool">Shares the sequences.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape, or the offsets are not rising from 0 to the token count.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of the enumeration.</exception>
    public static void Forward(
        PoolingMode mode, ReadOnlySpan<float> tokens, int width, ReadOnlySpan<int> offsets, Span<float> output, int outputStride, WorkerPool pool)
    {
        RequireShapes(mode, tokens.Length, width, offsets, output.Length, outputStride, nameof(tokens), nameof(output));
        Forward(KernelTable.Tier, mode, tokens, width, offsets, output, outputStride, pool);
    }

    /// <summary>Adds the gradient of the token vectors.</summary>
    /// <param name="mode">How the forward pass pooled.</param>
    /// <param name="tokens">Token vectors of the forward pass, <c>[tokens, width]</c>; read by <see cref="PoolingMode.Max"/> only, which sends the gradient to the first of equal maxima.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="offsets">First token of each sequence and the end of the last, <c>[batch + 1]</c>.</param>
    /// <param name="outputGradient">Gradients of the pooled vectors: sequence i is read at i · <paramref name="outputStride"/>.</param>
    /// <param name="outputStride">Floats from one pooled vector to the next.</param>
    /// <param name="tokenGradient">Added to, <c>[tokens, width]</c>, so that concatenated modes add up.</param>
    /// <param name="pool">Shares the sequences.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape, or the offsets are not rising from 0 to the token count.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of the enumeration.</exception>
    public static void Backward(
        PoolingMode mode,
        ReadOnlySpan<float> tokens,
        int width,
        ReadOnlySpan<int> offsets,
        ReadOnlySpan<float> outputGradient,
        int outputStride,
        Span<float> tokenGradient,
        WorkerPool pool)
    {
        RequireShapes(mode, tokenGradient.Length, width, offsets, outputGradient.Length, outputStride, nameof(tokenGradient), nameof(outputGradient));
        Shape.Require(tokens.Length, tokenGradient.Length, "[tokens, width]", nameof(tokens));
        Backward(KernelTable.Tier, mode, tokens, width, offsets, outputGradient, outputStride, tokenGradient, pool);
    }

    internal static void Forward(
        KernelTier tier,
        PoolingMode mode,
        ReadOnlySpan<float> tokens,
        int width,
        ReadOnlySpan<int> offsets,
        Span<float> output,
        int outputStride,
        WorkerPool pool) =>
        RowLoop.Run(
            tier, offsets.Length - 1, FloatsPerSequence(tokens.Length, offsets), new ForwardKernel(mode, tokens, width, offsets, output, outputStride), pool);

    internal static void Backward(
        KernelTier tier,
        PoolingMode mode,
        ReadOnlySpan<float> tokens,
        int width,
        ReadOnlySpan<int> offsets,
        ReadOnlySpan<float> outputGradient,
        int outputStride,
        Span<float> tokenGradient,
        WorkerPool pool) =>
        RowLoop.Run(
            tier,
            offsets.Length - 1,
            FloatsPerSequence(tokens.Length, offsets),
            new BackwardKernel(mode, tokens, width, offsets, outputGradient, outputStride, tokenGradient),
            pool);

    internal static ArgumentOutOfRangeException Unknown(PoolingMode mode) =>
        new(nameof(mode), mode, $"Unknown pooling mode; supported: {string.Join(", ", Enum.GetNames<PoolingMode>())}.");

    private static int FloatsPerSequence(int tokensLength, ReadOnlySpan<int> offsets) => tokensLength / Math.Max(1, offsets.Length - 1);

    /// <summary>What the weighted sum of the tokens is divided by.</summary>
    private static float Divisor(PoolingMode mode, int tokenCount) => mode switch
    {
        PoolingMode.Mean => tokenCount,
        PoolingMode.MeanSqrtLength => MathF.Sqrt(tokenCount),
        PoolingMode.WeightedMean => (float)(0.5 * tokenCount * (tokenCount + 1.0)),
        _ => 1,
    };

    private static void RequireShapes(
        PoolingMode mode, int tokensLength, int width, ReadOnlySpan<int> offsets, int pooledLength, int stride, string tokensName, string pooledName)
    {
        if (!Enum.IsDefined(mode))
        {
            throw Unknown(mode);
        }

        int tokenCount = Shape.RowCount(tokensLength, width, tokensName);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, width);
        Shape.RequireOffsets(offsets, tokenCount);
        long needed = offsets.Length == 1 ? 0 : (long)(offsets.Length - 2) * stride + width;
        if (pooledLength < needed)
        {
            throw new ArgumentException(
                $"{pooledName} has {pooledLength} elements, but {offsets.Length - 1} vectors of {width} with a stride of {stride} need {needed}.", pooledName);
        }
    }

    private readonly ref struct ForwardKernel(
        PoolingMode mode, ReadOnlySpan<float> tokens, int width, ReadOnlySpan<int> offsets, Span<float> output, int outputStride) : IRowKernel
    {
        /// <summary>Tokens summed before they join the total, which keeps the rounding error of long sums small.</summary>
        private const int TokensPerSum = 16;

        private readonly ReadOnlySpan<float> _tokens = tokens;
        private readonly ReadOnlySpan<int> _offsets = offsets;
        private readonly Span<float> _output = output;

        public void Run<V>(int row)
            where V : unmanaged, ILanes<V>
        {
            ReadOnlySpan<float> sequence = _tokens[(_offsets[row] * width)..(_offsets[row + 1] * width)];
            Span<float> pooled = _output.Slice(row * outputStride, width);
            if (sequence.IsEmpty)
            {
                pooled.Clear();
                return;
            }

            switch (mode)
            {
                case PoolingMode.Cls:
                    sequence[..width].CopyTo(pooled);
                    break;
                case PoolingMode.LastToken:
                    sequence[^width..].CopyTo(pooled);
                    break;
                default:
                    Reduce<V>(sequence, pooled);
                    break;
            }
        }

        [MethodImpl(HotCode.Options)]
        private void Reduce<V>(ReadOnlySpan<float> sequence, Span<float> pooled)
            where V : unmanaged, ILanes<V>
        {
            int tokenCount = sequence.Length / width;
            V divisor = V.Create(Divisor(mode, tokenCount));
            for (int column = 0; column < width; column += V.Count)
            {
                int count = Math.Min(V.Count, width - column);
                ref float x = ref Unsafe.Add(ref MemoryMarshal.GetReference(sequence), column);
                V result = mode == PoolingMode.Max ? Maximum<V>(ref x, tokenCount, count) : Sum<V>(ref x, tokenCount, count) / divisor;
                if (count == V.Count)
                {
                    V.Store(result, ref pooled[column]);
                }
                else
                {
                    PartialLanes.Store(result, ref pooled[column], count);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V Maximum<V>(ref float x, int tokenCount, int count)
            where V : unmanaged, ILanes<V>
        {
            V maximum = V.Create(float.NegativeInfinity);
            for (int token = 0; token < tokenCount; token++)
            {
                maximum = V.Max(maximum, PartialLanes.LoadUpTo<V>(ref Unsafe.Add(ref x, token * width), count));
            }

            return maximum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V Sum<V>(ref float x, int tokenCount, int count)
            where V : unmanaged, ILanes<V>
        {
            V total = V.Create(0);
            for (int first = 0; first < tokenCount; first += TokensPerSum)
            {
                V sum = V.Create(0);
                int end = Math.Min(first + TokensPerSum, tokenCount);
                for (int token = first; token < end; token++)
                {
                    V weight = V.Create(mode == PoolingMode.WeightedMean ? token + 1 : 1);
                    sum = V.MultiplyAdd(PartialLanes.LoadUpTo<V>(ref Unsafe.Add(ref x, token * width), count), weight, sum);
                }

                total += sum;
            }

            return total;
        }
    }

    private readonly ref struct BackwardKernel(
        PoolingMode mode,
        ReadOnlySpan<float> tokens,
        int width,
        ReadOnlySpan<int> offsets,
        ReadOnlySpan<float> outputGradient,
        int outputStride,
        Span<float> tokenGradient) : IRowKernel
    {
        private readonly ReadOnlySpan<float> _tokens = tokens;
        private readonly ReadOnlySpan<int> _offsets = offsets;
        private readonly ReadOnlySpan<float> _outputGradient = outputGradient;
        private readonly Span<float> _tokenGradient = tokenGradient;

        public void Run<V>(int row)
            where V : unmanaged, ILanes<V>
        {
            Range range = (_offsets[row] * width)..(_offsets[row + 1] * width);
            ReadOnlySpan<float> pooled = _outputGradient.Slice(row * outputStride, width);
            Span<float> sequence = _tokenGradient[range];
            if (sequence.IsEmpty)
            {
                return;
            }

            switch (mode)
            {
                case PoolingMode.Cls:
                    AddScaled<V>(pooled, 1, 1, sequence[..width]);
                    break;
                case PoolingMode.LastToken:
                    AddScaled<V>(pooled, 1, 1, sequence[^width..]);
                    break;
                case PoolingMode.Max:
                    AddAtMaximum(_tokens[range], pooled, sequence);
                    break;
                default:
                    int tokenCount = sequence.Length / width;
                    for (int token = 0; token < tokenCount; token++)
                    {
                        float weight = mode == PoolingMode.WeightedMean ? token + 1 : 1;
                        AddScaled<V>(pooled, weight, Divisor(mode, tokenCount), sequence.Slice(token * width, width));
                    }

                    break;
            }
        }

        /// <summary>gradient += pooled · weight / divisor.</summary>
        private static void AddScaled<V>(ReadOnlySpan<float> pooled, float weight, float divisor, Span<float> gradient)
            where V : unmanaged, ILanes<V>
        {
            ref float y = ref MemoryMarshal.GetReference(gradient);
            RowMath.Map<AddScaledMap, V>(ref MemoryMarshal.GetReference(pooled), ref y, weight, divisor, ref y, gradient.Length);
        }

        private void AddAtMaximum(ReadOnlySpan<float> sequence, ReadOnlySpan<float> pooled, Span<float> gradient)
        {
            for (int column = 0; column < width; column++)
            {
                int largest = column;
                for (int i = column + width; i < sequence.Length; i += width)
                {
                    largest = sequence[i] > sequence[largest] ? i : largest;
                }

                gradient[largest] += pooled[column];
            }
        }
    }

    private readonly struct AddScaledMap : IRowMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y, V a, V b)
            where V : unmanaged, ILanes<V> => y + x * a / b;
    }
}
