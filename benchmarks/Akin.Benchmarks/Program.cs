using Akin.Benchmarks;
using Akin.Kernels;
using Akin.Search;

WorkerPool pool = WorkerPool.Shared;
switch (args)
{
    case ["kernels"]:
        break;
    case ["train", ..]:
        TrainingBenchmark.Run(pool, args.ElementAtOrDefault(1));
        return 0;
    case ["mixed", string model, string texts]:
        MixedLengthBenchmark.Run(pool, model, texts);
        return 0;
    case ["pipelines", string model, string sentences, string questions]:
        PipelineBenchmark.Run(pool, model, sentences, questions);
        return 0;
    case ["graph", string data, string queries, .. string[] precision]:
        GraphBenchmark.Run(pool, data, queries, precision is [string name] ? Enum.Parse<VectorPrecision>(name, ignoreCase: true) : VectorPrecision.Float32);
        return 0;
    default:
        Console.Error.WriteLine("Usage: Akin.Benchmarks kernels | train [PART OF A NAME] | mixed MODEL TEXTS | pipelines MODEL CONLL_FILE SQUAD_FILE | graph VECTORS QUERIES [int8]");
        return 1;
}

// The lowest rung of the ladder: kernels against the hardware's ceiling.
Console.WriteLine($"Tier {KernelTable.Tier}, {pool.ThreadCount} threads, memory read {Gigabytes(WorkerPool.Serial)} GB/s on one thread, {Gigabytes(pool)} on all");
foreach (IGrouping<string, KernelMeasurement> kernel in KernelBenchmark.Run(pool).GroupBy(measurement => measurement.Name))
{
    Console.WriteLine($"{kernel.Key,-46}" + string.Concat(kernel.Select(Cell)));
}

WorkerPool[] pools = pool.ThreadCount == 1 ? [pool] : [WorkerPool.Serial, pool];
foreach (ScanMeasurement scan in pools.Select(threads => KernelBenchmark.Scan(threads)))
{
    Console.WriteLine(
        $"exact search of {scan.VectorCount:N0} x {scan.Dimension} int8, {scan.ThreadCount} threads: {scan.Seconds * 1e3:F1} ms, reading alone {scan.LeastSeconds * 1e3:F1} ms ({scan.Share:P0})");
}

return 0;

static string Gigabytes(WorkerPool pool) => (HardwareCeiling.MeasureReadBytesPerSecond(pool) / 1e9).ToString("F1");

static string Cell(KernelMeasurement m) =>
    $"  {m.ThreadCount} threads {m.FlopsPerSecond / 1e9,5:F0} of {m.PeakFlopsPerSecond / 1e9:F0} GFLOP/s ({m.Share,4:P0})";
