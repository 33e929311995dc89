using System.Diagnostics;
using System.Globalization;

namespace Akin.Datasets.Tests;

/// <summary>Writes, loads, maps and filters a set in a process of its own, whose heap a test limits to less than the set.</summary>
public static class LargeSetProcess
{
    private const int TextLength = 1000;

    /// <summary>Arguments: a folder, and the size of the set in megabytes; or a folder alone, to load standard input as CSV.</summary>
    public static int Main(string[] arguments)
    {
        if (arguments.Length == 1)
        {
            Dataset given = Dataset.LoadDataset(InputFile.StandardInput, new LoadDatasetOptions { Format = DatasetFormat.Csv, CacheFolder = arguments[0] });
            Console.WriteLine($"{given.Features}: {string.Join(' ', given.Column<long>("a"))}");
            return 0;
        }

        string folder = arguments[0];
        int rowCount = int.Parse(arguments[1], CultureInfo.InvariantCulture) * 1000;
        string file = Path.Combine(folder, "large.csv");
        using (StreamWriter writer = new(file))
        {
            writer.Write("id,text,label\n");
            for (int row = 0; row < rowCount; row++)
            {
                writer.Write($"{row},{new string((char)('a' + (row % 26)), TextLength)},{row % 3}\n");
            }
        }

        Stopwatch watch = Stopwatch.StartNew();
        Dataset dataset = Dataset.LoadDataset(file, new LoadDatasetOptions { CacheFolder = folder });
        TimeSpan loaded = watch.Elapsed;
        Dataset mapped = dataset.Map(
            row => new() { ["length"] = row.Get<string>("text").Length + (row.Get<long>("id") % 2) },
            new MapOptions { CacheFolder = folder, CacheKey = "length", WorkerCount = 2 });
        TimeSpan done = watch.Elapsed;
        Dataset even = mapped.Shuffle(1).Filter(row => row.Get<long>("label") == 1);
        long sum = mapped.Column<long>("length").Sum();
        Console.WriteLine($"{mapped.Count} {sum} {even.Count} {even.Select(row => row.Get<string>("text").Length).Max()}");
        Console.Error.WriteLine($"load {loaded.TotalSeconds:F1} s, map {(done - loaded).TotalSeconds:F1} s, heap {GC.GetTotalMemory(false) >> 20} MiB, limit {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB");
        return 0;
    }

    /// <summary>Runs it with a text as its standard input.</summary>
    public static (string Output, string Error) RunWithInput(string folder, string input)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        ProcessStartInfo start = new(dotnet, [typeof(LargeSetProcess).Assembly.Location, folder]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output.Trim(), error.Result);
    }

    /// <summary>Runs it with a heap of so many megabytes and gives what it prints.</summary>
    public static (int ExitCode, string Output, string Error) Run(string folder, int setMegabytes, int heapMegabytes)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        ProcessStartInfo start = new(dotnet, [typeof(LargeSetProcess).Assembly.Location, folder, setMegabytes.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = $"0x{(long)heapMegabytes << 20:X}";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Trim(), error.Result);
    }
}
