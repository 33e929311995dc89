using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Akin.Cli.Tests;

/// <summary>Runs the built <c>akin</c> as users do: a process of its own, its exit code, its two streams.</summary>
internal sealed class AkinProcess : IDisposable
{
    private const int SigInt = 2;
    private const int SigTerm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // CI names the build that users run, compiled ahead: it starts several times faster.
    public static string Program => Environment.GetEnvironmentVariable("AKIN_CLI") is { Length: > 0 } build ? build : Path.Combine(AppContext.BaseDirectory, "akin.dll");

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private AkinProcess(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What the process has written to stderr so far.</summary>
    public string ErrorSoFar => Read(_error);

    /// <summary>What the process has written to stdout so far.</summary>
    public string OutputSoFar => Read(_output);

    /// <summary>Runs to the end.</summary>
    public static AkinResult Run(params string[] arguments) => RunWithInput("", arguments);

    /// <summary>Runs to the end with text on standard input.</summary>
    public static AkinResult RunWithInput(string input, params string[] arguments)
    {
        using AkinProcess process = Start(arguments);
        process._process.StandardInput.Write(input);
        return process.Wait();
    }

    /// <summary>Starts a process to be watched or interrupted.</summary>
    public static AkinProcess Start(string[] arguments, IReadOnlyDictionary<string, string>? environment = null) => new("dotnet", [Program, .. arguments], environment);

    /// <summary>Starts a process below a shell that first runs <paramref name="setup"/>.</summary>
    public static AkinProcess StartAfter(string setup, string[] arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        new("bash", ["-c", $"{setup}; exec \"$@\"", "bash", "dotnet", Program, .. arguments], environment);

    /// <summary>Runs to the end, started by another program such as <c>mpirun</c>.</summary>
    public static AkinResult RunBelow(IReadOnlyList<string> starter, params string[] arguments)
    {
        using AkinProcess process = new(starter[0], [.. starter.Skip(1), "dotnet", Program, .. arguments], environment: null);
        return process.Wait();
    }

    /// <summary>What is to be read from standard input; it stays open.</summary>
    public void Write(string input)
    {
        _process.StandardInput.Write(input);
        _process.StandardInput.Flush();
    }

    /// <summary>Sends Ctrl-C.</summary>
    public void Interrupt() => Assert.Equal(0, Signal(_process.Id, SigInt));

    /// <summary>Asks the process to end (SIGTERM).</summary>
    public void Terminate() => Assert.Equal(0, Signal(_process.Id, SigTerm));

    /// <summary>Ends the process as it stands (SIGKILL).</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits until something is true of the running process.</summary>
    public void WaitUntil(Func<bool> condition)
    {
        for (Stopwatch clock = Stopwatch.StartNew(); !condition(); Thread.Sleep(10))
        {
            if (_process.HasExited)
            {
                _process.WaitForExit(); // what it wrote at last may be on the way still
                Assert.True(condition(), $"akin ended too early; stderr: {ErrorSoFar}");
                return;
            }

            Assert.True(clock.Elapsed < Patience, $"akin did not get there within {Patience}; stderr: {ErrorSoFar}");
        }
    }

    /// <summary>Closes standard input and waits for the end.</summary>
    public AkinResult Wait()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill();
            Assert.Fail($"akin did not end within {Patience}; stderr: {ErrorSoFar}");
        }

        _process.WaitForExit();
        return new AkinResult(_process.ExitCode, _output.ToString(), _error.ToString());
    }

    public void Dispose() => _process.Dispose();

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            if (line is not null)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int processId, int signal);
}
