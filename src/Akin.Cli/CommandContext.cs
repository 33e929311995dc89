using System.Runtime.InteropServices;
using System.Text;

namespace Akin.Cli;

/// <summary>What a running verb talks to: results on stdout, everything else on stderr, and the token that Ctrl-C cancels.</summary>
internal sealed class CommandContext : IDisposable
{
    /// <summary>How long a verb may take to stop after Ctrl-C; one that waits for standard input cannot notice it. Ending at any moment loses nothing.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _cancellation = new();
    private readonly PosixSignalRegistration[] _signals;

    public CommandContext(bool json, bool quiet, int? threads)
    {
        Json = json;
        Quiet = quiet;
        if (threads is { } count)
        {
            // The worker pool, which every kernel shares, is made when first used and reads its size from here.
            Environment.SetEnvironmentVariable("AKIN_THREADS", count.ToString());
        }

        Output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16) { NewLine = "\n" };
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];
    }

    /// <summary>Results: UTF-8, LF, buffered until the verb ends or <see cref="TextWriter.Flush"/>.</summary>
    public TextWriter Output { get; }

    /// <summary>Whether the result is to be JSON.</summary>
    public bool Json { get; }

    /// <summary>Whether to print results and errors only.</summary>
    public bool Quiet { get; }

    /// <summary>Cancelled by Ctrl-C and SIGTERM.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>Whether the verb ends by itself after the first signal, and is not to be ended by force after a while: a server answers what it has accepted.</summary>
    public bool EndsInTime { get; set; }

    /// <summary>What a stopped verb has done so far and how to go on, in one sentence; null when there is nothing to say.</summary>
    public Func<string>? StopNote { get; set; }

    /// <summary>Tells the user something that is not the result.</summary>
    public void Message(string text)
    {
        if (!Quiet)
        {
            Console.Error.WriteLine(text);
        }
    }

    /// <summary>Tells the user that the verb was stopped.</summary>
    public void MessageStopped() => Message(StopNote is { } note ? $"Stopped: {note()}" : "Stopped.");

    /// <summary>Begins to report the progress of a long step.</summary>
    /// <param name="step">What is being done, such as <c>Indexing</c>.</param>
    /// <param name="unit">What is counted, such as <c>documents</c>.</param>
    /// <param name="total">How many there are, where it is known.</param>
    public ProgressReport Progress(string step, string unit, long? total = null) => new(step, unit, total, Quiet);

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        Output.Dispose();
        _cancellation.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        if (_cancellation.IsCancellationRequested)
        {
            return; // The second signal ends the process as if nobody listened.
        }

        signal.Cancel = true;
        _cancellation.Cancel();
        if (EndsInTime)
        {
            return;
        }

        Task.Delay(StopTimeout).ContinueWith(
            _ =>
            {
                MessageStopped();
                Environment.Exit(ExitCode.Interrupted);
            },
            TaskScheduler.Default);
    }
}
