using System.Diagnostics;

namespace Akin.Cli;

/// <summary>
/// Progress on stderr: a bar that redraws itself on a terminal, plain lines elsewhere (a log). Steps that end within two seconds print nothing.
/// Thread-safe.
/// </summary>
internal sealed class ProgressReport(string step, string unit, long? total, bool quiet) : IProgress<long>, IProgress<int>, IDisposable
{
    private const int BarWidth = 30;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private TimeSpan _next = Silence;
    private bool _drawn;

    /// <summary>Reports how much is done.</summary>
    /// <param name="value">Items done since the step began.</param>
    public void Report(long value)
    {
        if (quiet || _clock.Elapsed < _next)
        {
            return;
        }

        lock (_lock)
        {
            TimeSpan elapsed = _clock.Elapsed;
            if (elapsed < _next)
            {
                return;
            }

            _next = elapsed + (_terminal ? RedrawInterval : LineInterval);
            string line = Line(value, elapsed);
            if (_terminal)
            {
                _drawn = true;
                Console.Error.Write($"\r{line}\e[K");
            }
            else
            {
                Console.Error.WriteLine(line);
            }
        }
    }

    void IProgress<int>.Report(int value) => Report(value);

    /// <summary>Takes the bar off the terminal.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _next = TimeSpan.MaxValue;
            if (_drawn)
            {
                _drawn = false;
                Console.Error.Write("\r\e[K");
            }
        }
    }

    private string Line(long done, TimeSpan elapsed)
    {
        double perSecond = done / elapsed.TotalSeconds;
        string speed = perSecond < 10 ? $"{perSecond:N1}" : $"{perSecond:N0}";
        if (total is not { } all || all == 0)
        {
            return $"{step} {done:N0} {unit}, {speed} a second";
        }

        double share = Math.Min(1, (double)done / all);
        string bar = _terminal ? $" [{new string('#', (int)(share * BarWidth)),-BarWidth}]" : "";
        string left = perSecond > 0 ? $", {TimeSpan.FromSeconds((all - done) / perSecond):h\\:mm\\:ss} left" : "";
        return $"{step}{bar} {share:P0} {done:N0} of {all:N0} {unit}, {speed} a second{left}";
    }
}
