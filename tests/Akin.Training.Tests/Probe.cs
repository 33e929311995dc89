using System.Diagnostics;
using System.Globalization;

namespace Akin.Training.Tests;

/// <summary>A child process that trains; see Akin.Training.CrashProbe.</summary>
internal sealed class Probe : IDisposable
{
    private readonly Process _process;

    private Probe(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["DOTNET_TieredPGO"] = "0";
        _process = Process.Start(start)!;
        Errors = _process.StandardError.ReadToEndAsync();
    }

    public Task<string> Errors { get; }

    public int ExitCode => _process.ExitCode;

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Akin.Training.CrashProbe.dll");

    private static string DotNet => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    public static Probe Start(string folder, int? holdAt = null) =>
        new(new ProcessStartInfo(DotNet, [Program, folder, .. holdAt is { } step ? [step.ToString(CultureInfo.InvariantCulture)] : (string[])[]]));

    /// <summary>Starts it under a shell command that ends in <c>exec "$@"</c>.</summary>
    public static Probe StartUnder(string shell, string folder) =>
        new(new ProcessStartInfo("bash", ["-c", shell, "bash", DotNet, Program, folder])
        {
            // Double mapping of code reserves a file larger than any limit.
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" },
        });

    /// <summary>The step after which the run goes on.</summary>
    public async Task<int> WaitForBeginAsync() => int.Parse((await WaitForAsync("begin "))!.Split(' ')[1]);

    /// <summary>Waits for a line that begins so; null when the process ended before.</summary>
    public async Task<string?> WaitForAsync(string beginning)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>Ends the process at once (SIGKILL), as it stands.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitAsync();
    }

    /// <summary>What Ctrl-C sends.</summary>
    public void Interrupt() => Process.Start("kill", ["-INT", $"{_process.Id}"]).WaitForExit();

    /// <summary>Waits for the end of the process and gives what it said since the last line that was waited for.</summary>
    public async Task<string> WaitAsync()
    {
        using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(60));
        string output = await _process.StandardOutput.ReadToEndAsync(timeout.Token);
        await _process.WaitForExitAsync(timeout.Token);
        return output;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
