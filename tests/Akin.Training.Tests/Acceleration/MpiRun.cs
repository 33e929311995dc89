using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Akin.Training.Tests.Acceleration;

/// <summary>Runs of Akin.Training.MpiProbe, with a folder for what its processes write.</summary>
internal sealed class MpiRun : IDisposable
{
    /// <summary>Where processes write.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("akin-mpi").FullName;

    private static string DotNet => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    private static string Probe => Path.Combine(AppContext.BaseDirectory, "Akin.Training.MpiProbe.dll");

    /// <summary>Starts processes on this machine, with one thread each, and waits for their end.</summary>
    public static async Task<(int ExitCode, string Errors)> InProcesses(int count, IReadOnlyList<string> mpiOptions, params string[] arguments)
    {
        IReadOnlyList<string> start = Mpi.Start(count);
        return await Run(start[0], [.. start.Skip(1), .. mpiOptions, DotNet, Probe, .. arguments], new() { ["AKIN_THREADS"] = "1" });
    }

    /// <summary>Starts one process without mpirun.</summary>
    public static async Task<(int ExitCode, string Errors)> Alone(Dictionary<string, string?> environment, params string[] arguments) =>
        await Run(DotNet, [Probe, .. arguments], environment);

    /// <summary>What a process wrote.</summary>
    public float[] Read(string name, int process) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(Folder, $"{name}.{process}"))).ToArray();

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static async Task<(int ExitCode, string Errors)> Run(string program, IReadOnlyList<string> arguments, Dictionary<string, string?> environment)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end in 60 s:\n{await errors}");
        }

        return (process.ExitCode, await errors + await output);
    }
}
