using System.CommandLine;
using Akin.Kernels;

namespace Akin.Cli.Verbs;

/// <summary><c>akin bench kernels</c>: what the kernels reach of what the hardware can do.</summary>
internal sealed class BenchKernelsVerb : Verb
{
    private const double Giga = 1e9;
    private const double Milli = 1e3;
    private const int NameWidth = 46;

    private readonly Option<int?> _rounds = SharedOptions.Positive(
        "--rounds", $"How often everything is measured, {KernelBenchmark.DefaultRoundCount} by default; the best counts.");

    public BenchKernelsVerb()
        : base(
            "kernels",
            "Measure matrix product, attention (sizes of MiniLM and BERT-base) and exact search, each beside the hardware's ceiling.",
            "akin bench kernels",
            "akin bench kernels --threads 2 --rounds 8 --json") =>
        Add(_rounds);

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        WorkerPool pool = WorkerPool.Shared;
        WorkerPool[] pools = pool.ThreadCount == 1 ? [pool] : [WorkerPool.Serial, pool];
        (int Threads, double GigabytesPerSecond)[] memory = Array.ConvertAll(pools, measured => (measured.ThreadCount, HardwareCeiling.MeasureReadBytesPerSecond(measured) / Giga));
        using ProgressReport report = context.Progress("Measuring", "percent", total: 100);
        IReadOnlyList<KernelMeasurement> measurements = KernelBenchmark.Run(
            pool, arguments.GetValue(_rounds) ?? KernelBenchmark.DefaultRoundCount, new Percent(report), context.Cancellation);
        ScanMeasurement[] scans = Array.ConvertAll(
            pools, measured => KernelBenchmark.Scan(measured, arguments.GetValue(_rounds) ?? KernelBenchmark.DefaultRoundCount, cancellationToken: context.Cancellation));
        if (context.Json)
        {
            JsonOutput.Write(context, new
            {
                Tier = KernelTable.Tier.ToString().ToLowerInvariant(),
                Threads = pool.ThreadCount,
                MemoryRead = memory.Select(line => new { line.Threads, line.GigabytesPerSecond }),
                Kernels = measurements.Select(line => new
                {
                    line.Name,
                    Threads = line.ThreadCount,
                    GigaflopsPerSecond = line.FlopsPerSecond / Giga,
                    PeakGigaflopsPerSecond = line.PeakFlopsPerSecond / Giga,
                    line.Share,
                }),
                ExactSearch = scans.Select(line => new
                {
                    line.VectorCount,
                    line.Dimension,
                    Threads = line.ThreadCount,
                    Milliseconds = line.Seconds * Milli,
                    LeastMilliseconds = line.LeastSeconds * Milli,
                    line.Share,
                }),
            });
            return;
        }

        context.Output.WriteLine($"Kernels of tier {KernelTable.Tier}.");
        foreach ((int threads, double gigabytesPerSecond) in memory)
        {
            context.Output.WriteLine($"Memory read: {gigabytesPerSecond:F1} GB/s on {Threads(threads)}.");
        }

        foreach (IGrouping<string, KernelMeasurement> kernel in measurements.GroupBy(measurement => measurement.Name))
        {
            context.Output.WriteLine(kernel.Key.PadRight(NameWidth) + string.Concat(kernel.Select(Cell)));
        }

        foreach (ScanMeasurement scan in scans)
        {
            context.Output.WriteLine(
                $"Exact search of {scan.VectorCount:N0} x {scan.Dimension} int8 on {Threads(scan.ThreadCount)}: {scan.Seconds * Milli:F1} ms, reading alone {scan.LeastSeconds * Milli:F1} ms ({scan.Share:P0})");
        }
    }

    private static string Cell(KernelMeasurement line) =>
        $"  {Threads(line.ThreadCount)}: {line.FlopsPerSecond / Giga,5:F0} of {line.PeakFlopsPerSecond / Giga:F0} GFLOP/s ({line.Share,4:P0})";

    private static string Threads(int count) => count == 1 ? "1 thread" : $"{count} threads";

    private sealed class Percent(ProgressReport report) : IProgress<double>
    {
        public void Report(double value) => report.Report((long)(100 * value));
    }
}
