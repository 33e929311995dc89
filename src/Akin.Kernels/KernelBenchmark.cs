using System.Runtime.InteropServices;

namespace Akin.Kernels;

/// <summary>Measures the matrix product and attention at the sizes of MiniLM (384) and BERT-base (768) against the hardware's peak.</summary>
/// <remarks>
/// Values are checked by the tests; here only time counts. Every figure is the best of many runs spread over several rounds, so that a
/// moment in which the machine did something else spoils no line.
/// </remarks>
public static class KernelBenchmark
{
    /// <summary>Rounds unless asked otherwise.</summary>
    public const int DefaultRoundCount = 4;

    /// <summary>Work of one timing, in floating-point operations: some milliseconds.</summary>
    private const double WorkPerTiming = 1e9;

    private static readonly (int Rows, int Outputs, int Inputs)[] Products =
    [
        (1024, 1024, 1024),
        (32, 1152, 384), (32, 384, 384), (32, 1536, 384), (32, 384, 1536),
        (128, 1152, 384), (128, 384, 384), (128, 1536, 384), (128, 384, 1536),
        (1024, 1152, 384), (1024, 384, 384), (1024, 1536, 384), (1024, 384, 1536),
        (4096, 1152, 384), (4096, 384, 384), (4096, 1536, 384), (4096, 384, 1536),
        (32, 2304, 768), (32, 768, 768), (32, 3072, 768), (32, 768, 3072),
        (128, 2304, 768), (128, 768, 768), (128, 3072, 768), (128, 768, 3072),
        (1024, 2304, 768), (1024, 768, 768), (1024, 3072, 768), (1024, 768, 3072),
        (4096, 2304, 768), (4096, 768, 768), (4096, 3072, 768), (4096, 768, 3072),
    ];

    private static readonly (int Sequences, int Tokens, int Heads, int HeadSize)[] Attentions =
    [
        (1, 32, 12, 32), (32, 32, 12, 32), (1, 128, 12, 32), (32, 128, 12, 32), (8, 512, 12, 32),
        (1, 32, 12, 64), (32, 32, 12, 64), (1, 128, 12, 64), (32, 128, 12, 64), (8, 512, 12, 64),
    ];

    /// <summary>Measures every size on one thread and on all threads of a pool.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="roundCount">How often everything is measured, at least once; the best counts.</param>
    /// <param name="progress">Told the part that is done, 0 … 1.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    public static IReadOnlyList<KernelMeasurement> Run(
        WorkerPool pool, int roundCount = DefaultRoundCount, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfLessThan(roundCount, 1);
        List<(string Name, double Flops, Action<WorkerPool> Run)> kernels = [];
        Random random = new(1);
        foreach ((int rows, int outputs, int inputs) in Products)
        {
            kernels.Add(($"gemm [{rows}, {inputs}] x [{inputs}, {outputs}]", 2.0 * rows * outputs * inputs, Product(random, rows, outputs, inputs)));
        }

        foreach ((int sequences, int tokens, int heads, int headSize) in Attentions)
        {
            double flops = 4.0 * sequences * tokens * tokens * heads * headSize;
            kernels.Add(($"attention {sequences} x {tokens} tokens, {heads} heads of {headSize}", flops, Attend(random, sequences, tokens, heads, headSize)));
        }

        WorkerPool[] pools = pool.ThreadCount == 1 ? [pool] : [WorkerPool.Serial, pool];
        double[] peaks = new double[pools.Length];
        double[,] best = new double[kernels.Count, pools.Length];
        for (int round = 0; round < roundCount; round++)
        {
            for (int p = 0; p < pools.Length; p++)
            {
                peaks[p] = Math.Max(peaks[p], HardwareCeiling.MeasureFlopsPerSecond(pools[p]));
                for (int i = 0; i < kernels.Count; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    (_, double flops, Action<WorkerPool> run) = kernels[i];
                    int runCount = (int)Math.Clamp(WorkPerTiming / flops, 3, 200);
                    best[i, p] = Math.Max(best[i, p], flops / HardwareCeiling.BestSeconds(runCount, () => run(pools[p])));
                }

                progress?.Report(((double)round * pools.Length + p + 1) / (roundCount * pools.Length));
            }
        }

        List<KernelMeasurement> results = [];
        for (int i = 0; i < kernels.Count; i++)
        {
            for (int p = 0; p < pools.Length; p++)
            {
                results.Add(new KernelMeasurement(kernels[i].Name, pools[p].ThreadCount, best[i, p], peaks[p]));
            }
        }

        return results;
    }

    /// <summary>Measures exact search of int8 vectors, beside reading as many bytes from memory.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="roundCount">How often both are measured, at least once; the best counts.</param>
    /// <param name="vectorCount">Stored vectors; by default a million, beyond all caches.</param>
    /// <param name="dimension">Bytes of a vector.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    public static ScanMeasurement Scan(
        WorkerPool pool, int roundCount = DefaultRoundCount, int vectorCount = 1_000_000, int dimension = 384, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfLessThan(roundCount, 1);
        const int ResultCount = 10, SearchesPerRound = 4;
        sbyte[] vectors = GC.AllocateUninitializedArray<sbyte>(checked(vectorCount * dimension));
        new Random(1).NextBytes(MemoryMarshal.AsBytes(vectors.AsSpan()));
        TopK[] best = [new TopK(ResultCount)];
        double seconds = double.PositiveInfinity, ceiling = 0;
        for (int round = 0; round < roundCount; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ceiling = Math.Max(ceiling, HardwareCeiling.MeasureReadBytesPerSecond(pool));
            seconds = Math.Min(seconds, HardwareCeiling.BestSeconds(SearchesPerRound, () =>
            {
                best[0].Clear();
                VectorScan.Run(vectors.AsSpan(0, dimension), dimension, vectors, rowScales: [], firstRow: 0, best, pool);
            }));
        }

        return new ScanMeasurement(vectorCount, dimension, pool.ThreadCount, seconds, ceiling);
    }

    private static Action<WorkerPool> Product(Random random, int rows, int outputs, int inputs)
    {
        float[] input = Numbers(random, rows * inputs), bias = Numbers(random, outputs), output = new float[rows * outputs];
        PackedMatrix weight = new(inputs, outputs);
        weight.Pack(0, Numbers(random, outputs * inputs));
        return pool => Gemm.Multiply(input, rows, weight, new Epilogue { Bias = bias }, output, pool);
    }

    private static Action<WorkerPool> Attend(Random random, int sequences, int tokens, int heads, int headSize)
    {
        int hidden = heads * headSize, stride = 3 * hidden;
        float[] rows = Numbers(random, sequences * tokens * stride), context = new float[sequences * tokens * hidden];
        int[] offsets = new int[sequences + 1];
        for (int i = 0; i <= sequences; i++)
        {
            offsets[i] = i * tokens;
        }

        return pool =>
        {
            AttentionInput input = new()
            {
                Query = rows,
                Key = rows.AsSpan(hidden),
                Value = rows.AsSpan(2 * hidden),
                QueryStride = stride,
                KeyStride = stride,
                ValueStride = stride,
                QueryOffsets = offsets,
                KeyOffsets = offsets,
                HeadCount = heads,
                HeadSize = headSize,
                Scale = 1 / MathF.Sqrt(headSize),
            };
            Attention.Forward(input, context, pool);
        };
    }

    private static float[] Numbers(Random random, int count)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = random.NextSingle() - 0.5f;
        }

        return numbers;
    }
}
