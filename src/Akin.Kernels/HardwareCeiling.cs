using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Akin.Kernels;

/// <summary>What the processor could do at best, measured: the figures that kernels are compared with.</summary>
public static unsafe class HardwareCeiling
{
    private const int ChainCount = 12; // more than latency · throughput on known processors; all stay in registers
    private const int LoopsPerTask = 20_000;

    /// <summary>Floating-point operations a second of fused multiply-adds on registers, with the running tier's vectors on all threads.</summary>
    /// <param name="pool">The threads to measure.</param>
    public static double MeasureFlopsPerSecond(WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        int lanes = KernelTable.Tier switch
        {
            KernelTier.Avx512 => Vector512<float>.Count,
            KernelTier.Avx2 => Vector256<float>.Count,
            _ => Vector128<float>.Count,
        };
        FusedMultiplyAdds body = new() { Lanes = lanes };
        int taskCount = pool.ThreadCount * 8;
        double seconds = BestSeconds(60, () => pool.For(taskCount, ref body));
        return 2.0 * lanes * ChainCount * LoopsPerTask * taskCount / seconds;
    }

    /// <summary>Bytes a second read from memory (not from caches) on all threads.</summary>
    /// <param name="pool">The threads to measure.</param>
    public static double MeasureReadBytesPerSecond(WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        const long Length = 64L << 20; // 256 MiB: beyond the caches
        using NativeBuffer buffer = new(Length);
        new Span<float>(buffer.Pointer, (int)Length).Clear();
        Reads body = new() { Data = buffer.Pointer, Length = Length, TaskCount = 64 };
        double seconds = BestSeconds(8, () => pool.For(body.TaskCount, ref body));
        return Length * sizeof(float) / seconds;
    }

    /// <summary>The shortest of several runs: the one least disturbed by the rest of the machine.</summary>
    /// <param name="runCount">How often to run.</param>
    /// <param name="action">What is timed.</param>
    public static double BestSeconds(int runCount, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        long best = long.MaxValue;
        for (int i = 0; i < runCount; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetTimestamp() - start);
        }

        return (double)best / Stopwatch.Frequency;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chains512(float seed)
    {
        Vector512<float> x = Vector512.Create(seed), y = Vector512.Create(1e-9f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int n = 0; n < LoopsPerTask; n++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return (a + b + c + d + e + f + g + h + i + j + k + l).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chains256(float seed)
    {
        Vector256<float> x = Vector256.Create(seed), y = Vector256.Create(1e-9f);
        Vector256<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int n = 0; n < LoopsPerTask; n++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
        }

        return (a + b + c + d + e + f + g + h + i + j + k + l).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chains128(float seed)
    {
        Vector128<float> x = Vector128.Create(seed), y = Vector128.Create(1e-9f);
        Vector128<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int n = 0; n < LoopsPerTask; n++)
        {
            a = Vector128.MultiplyAddEstimate(a, x, y);
            b = Vector128.MultiplyAddEstimate(b, x, y);
            c = Vector128.MultiplyAddEstimate(c, x, y);
            d = Vector128.MultiplyAddEstimate(d, x, y);
            e = Vector128.MultiplyAddEstimate(e, x, y);
            f = Vector128.MultiplyAddEstimate(f, x, y);
            g = Vector128.MultiplyAddEstimate(g, x, y);
            h = Vector128.MultiplyAddEstimate(h, x, y);
            i = Vector128.MultiplyAddEstimate(i, x, y);
            j = Vector128.MultiplyAddEstimate(j, x, y);
            k = Vector128.MultiplyAddEstimate(k, x, y);
            l = Vector128.MultiplyAddEstimate(l, x, y);
        }

        return (a + b + c + d + e + f + g + h + i + j + k + l).ToScalar();
    }

    private struct FusedMultiplyAdds : IParallelBody
    {
        public int Lanes;
        public float Sink;

        public void Execute(int taskIndex) => Sink = Lanes switch
        {
            16 => Chains512(1f - (taskIndex * 1e-6f)),
            8 => Chains256(1f - (taskIndex * 1e-6f)),
            _ => Chains128(1f - (taskIndex * 1e-6f)),
        };
    }

    private struct Reads : IParallelBody
    {
        public float* Data;
        public long Length;
        public int TaskCount;
        public float Sink;

        public void Execute(int taskIndex)
        {
            long length = Length / TaskCount;
            Sink = Sum(Data + (taskIndex * length), length);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static float Sum(float* data, long length)
        {
            Vector256<float> a = default, b = default, c = default, d = default;
            for (long i = 0; i < length; i += 32)
            {
                a += Vector256.LoadAligned(data + i);
                b += Vector256.LoadAligned(data + i + 8);
                c += Vector256.LoadAligned(data + i + 16);
                d += Vector256.LoadAligned(data + i + 24);
            }

            return (a + b + c + d).ToScalar();
        }
    }
}
