using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Akin.Kernels.Lanes;

/// <summary>The one traversal of all element-wise functions: whole vectors, then one padded vector for what is left.</summary>
/// <remarks>
/// Lengths are checked by the callers. The output may be an input. The loops skip the unoptimised first tier of the JIT, in which
/// every vector operation is a call.
/// </remarks>
internal static class ElementWise
{
    /// <summary>Floats a task should touch: a few microseconds of work, much more than handing it out costs.</summary>
    private const int TaskLength = 16 * 1024;

    public static void Apply<TOperator>(KernelTier tier, ReadOnlySpan<float> input, Span<float> output)
        where TOperator : struct, IUnaryOperator
    {
        ref float x = ref MemoryMarshal.GetReference(input);
        ref float y = ref MemoryMarshal.GetReference(output);
        switch (tier)
        {
            case KernelTier.Avx512:
                Apply<TOperator, Lanes512>(ref x, ref y, input.Length);
                break;
            case KernelTier.Avx2:
                Apply<TOperator, Lanes256>(ref x, ref y, input.Length);
                break;
            case KernelTier.Vector128:
                Apply<TOperator, Lanes128>(ref x, ref y, input.Length);
                break;
            default:
                Apply<TOperator, ScalarLane>(ref x, ref y, input.Length);
                break;
        }
    }

    public static unsafe void Apply<TOperator>(KernelTier tier, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
        where TOperator : struct, IBinaryOperator
    {
        fixed (float* x = first, y = second, z = output)
        {
            ApplyToRows<TOperator>(tier, rowCount: 1, first.Length, x, 0, y, z, 0);
        }
    }

    /// <summary>The same for rows, each with the one row <paramref name="second"/>: few calls for a small tile.</summary>
    public static unsafe void ApplyToRows<TOperator>(
        KernelTier tier, int rowCount, int columnCount, float* first, nint firstStride, float* second, float* output, nint outputStride)
        where TOperator : struct, IBinaryOperator
    {
        switch (tier)
        {
            case KernelTier.Avx512:
                ApplyToRows<TOperator, Lanes512>(rowCount, columnCount, first, firstStride, second, output, outputStride);
                break;
            case KernelTier.Avx2:
                ApplyToRows<TOperator, Lanes256>(rowCount, columnCount, first, firstStride, second, output, outputStride);
                break;
            case KernelTier.Vector128:
                ApplyToRows<TOperator, Lanes128>(rowCount, columnCount, first, firstStride, second, output, outputStride);
                break;
            default:
                ApplyToRows<TOperator, ScalarLane>(rowCount, columnCount, first, firstStride, second, output, outputStride);
                break;
        }
    }

    /// <summary>A function of two numbers for all of two spans, shared among threads.</summary>
    public static void Apply<TOperator>(KernelTier tier, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output, WorkerPool pool)
        where TOperator : struct, IBinaryOperator
    {
        BinaryBody<TOperator> body = new() { Tier = tier, First = first, Second = second, Output = output };
        pool.For((first.Length + TaskLength - 1) / TaskLength, ref body);
    }

    [MethodImpl(HotCode.Options)]
    private static void Apply<TOperator, V>(ref float input, ref float output, int length)
        where TOperator : struct, IUnaryOperator
        where V : unmanaged, ILanes<V>
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count)
        {
            V.Store(TOperator.Invoke(V.Load(ref Unsafe.Add(ref input, i))), ref Unsafe.Add(ref output, i));
        }

        if (i < length)
        {
            V last = PartialLanes.Load<V>(ref Unsafe.Add(ref input, i), length - i, 0);
            PartialLanes.Store(TOperator.Invoke(last), ref Unsafe.Add(ref output, i), length - i);
        }
    }

    [MethodImpl(HotCode.Options)]
    private static unsafe void ApplyToRows<TOperator, V>(
        int rowCount, int columnCount, float* first, nint firstStride, float* second, float* output, nint outputStride)
        where TOperator : struct, IBinaryOperator
        where V : unmanaged, ILanes<V>
    {
        for (int row = 0; row < rowCount; row++, first += firstStride, output += outputStride)
        {
            int i = 0;
            for (; i <= columnCount - V.Count; i += V.Count)
            {
                V.Store(TOperator.Invoke(V.Load(ref first[i]), V.Load(ref second[i])), ref output[i]);
            }

            if (i < columnCount)
            {
                V x = PartialLanes.Load<V>(ref first[i], columnCount - i, 0);
                V y = PartialLanes.Load<V>(ref second[i], columnCount - i, 0);
                PartialLanes.Store(TOperator.Invoke(x, y), ref output[i], columnCount - i);
            }
        }
    }

    private ref struct BinaryBody<TOperator> : IParallelBody
        where TOperator : struct, IBinaryOperator
    {
        public KernelTier Tier;
        public ReadOnlySpan<float> First;
        public ReadOnlySpan<float> Second;
        public Span<float> Output;

        public void Execute(int taskIndex)
        {
            int start = taskIndex * TaskLength;
            int length = Math.Min(TaskLength, First.Length - start);
            Apply<TOperator>(Tier, First.Slice(start, length), Second.Slice(start, length), Output.Slice(start, length));
        }
    }
}
