using System.Diagnostics;

namespace Akin.Search.Tests;

/// <summary>A child process that writes to an index and says what was acknowledged; see Akin.Search.CrashProbe.</summary>
internal sealed class Probe : IDisposable
{
    private readonly Process _process;
    private readonly Task<string[]> _lines;

    private Probe(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _lines = Task.Run(() => ReadLines(_process.StandardOutput));
        Errors = _process.StandardError.ReadToEndAsync();
    }

    public Task<string> Errors { get; }

    public int ExitCode => _process.ExitCode;

    /// <summary>Becomes complete when the process has begun its first write.</summary>
    public TaskCompletionSource FirstWrite { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Becomes complete when a write was acknowledged.</summary>
    public TaskCompletionSource FirstAcknowledgement { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Akin.Search.CrashProbe.dll");

    private static string DotNet => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    public static Probe Start(params string[] arguments) => new(new ProcessStartInfo(DotNet, [Program, .. arguments]));

    /// <summary>Starts it under a shell command that ends in <c>exec "$@"</c>.</summary>
    public static Probe StartUnder(string shell, params string[] arguments) =>
        new(new ProcessStartInfo("bash", ["-c", shell, "bash", DotNet, Program, .. arguments])
        {
            // Double mapping of code reserves a file larger than any limit.
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" },
        });

    /// <summary>Ends the process at once (SIGKILL), as it stands.</summary>
    public async Task<string[]> KillAsync()
    {
        _process.Kill();
        return await WaitAsync();
    }

    /// <summary>Waits for the end of the process and gives all it said.</summary>
    public async Task<string[]> WaitAsync()
    {
        using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(timeout.Token);
        return await _lines;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private string[] ReadLines(StreamReader output)
    {
        List<string> lines = [];
        string text = "";
        char[] buffer = new char[4096];
        for (int read; (read = output.Read(buffer)) > 0;)
        {
            text += new string(buffer, 0, read);
            int end;
            while ((end = text.IndexOf('\n')) >= 0)
            {
                lines.Add(text[..end]);
                text = text[(end + 1)..];
                FirstWrite.TrySetResult();
                if (lines[^1] == "done")
                {
                    FirstAcknowledgement.TrySetResult();
                }
            }
        }

        FirstWrite.TrySetResult();
        FirstAcknowledgement.TrySetResult();
        // What follows the last line end was cut off by the kill.
        return [.. lines];
    }
}
