using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Akin.Cli.Tests;

/// <summary>Runs the built <c>akin</c> as users do: a process of its own, its exit code, its two streams.</summary>
internal sealed class AkinProcess : IDisposable
{
    private const int SigInt = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private AkinProcess(string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "akin.dll"), .. arguments])
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
    public string ErrorSoFar
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

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
    public static AkinProcess Start(string[] arguments, IReadOnlyDictionary<string, string>? environment = null) => new(arguments, environment);

    /// <summary>Sends Ctrl-C.</summary>
    public void Interrupt() => Assert.Equal(0, Kill(_process.Id, SigInt));

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
    private static extern int Kill(int processId, int signal);
}
