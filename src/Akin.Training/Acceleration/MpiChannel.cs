using System.Diagnostics;

namespace Akin.Training.Acceleration;

/// <summary>This process's end of the connections to the others: a thread of its own makes all calls of MPI.</summary>
/// <remarks>
/// MPI moves messages and adds numbers only inside its calls. The thread makes them while others compute, and callers wait for the thread, not for MPI:
/// whatever hangs there, a wait ends in time. Every process must begin the same exchanges in the same order. Not thread-safe.
/// </remarks>
internal sealed class MpiChannel
{
    /// <summary>Between two looks at open exchanges, so that those who compute keep their cores.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    /// <summary>How long the thread looks without pause while somebody waits; then another process is busy, and messages are not what takes so long.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private static int s_isStarted;

    private readonly object _gate = new();
    private readonly Queue<MpiExchange> _begun = [];
    private readonly TimeSpan _timeout;
    private volatile bool _isAwaited; // somebody waits instead of computing
    private volatile bool _isEnding;
    private string? _failure;

    private MpiChannel(TimeSpan timeout) => _timeout = timeout;

    /// <summary>From 0.</summary>
    public int ProcessIndex { get; private set; }

    /// <summary>At least 1.</summary>
    public int ProcessCount { get; private set; } = 1;

    /// <summary>Starts MPI in this process.</summary>
    /// <exception cref="MpiUnavailableException">It is missing or does not start.</exception>
    /// <exception cref="InvalidOperationException">It was started before: MPI can be started once in a process.</exception>
    public static MpiChannel Start(TimeSpan timeout)
    {
        MpiLibrary library = MpiLibrary.Load();
        if (Interlocked.Exchange(ref s_isStarted, 1) != 0)
        {
            throw new InvalidOperationException("MPI was started in this process before, and can be started only once: use one accelerator for the whole program.");
        }

        MpiChannel channel = new(timeout);
        MpiExchange start = new("starting MPI", mpi =>
        {
            mpi.Initialize();
            channel.ProcessIndex = mpi.Rank();
            channel.ProcessCount = mpi.Size();
            return 0;
        });
        channel.Begin(start);
        new Thread(() => channel.Run(library)) { IsBackground = true, Name = "Akin MPI" }.Start();
        channel.Wait(start, CancellationToken.None);
        return channel;
    }

    /// <summary>Begins an exchange.</summary>
    public MpiExchange Begin(MpiExchange exchange)
    {
        lock (_gate)
        {
            RequireWhole(exchange.Operation);
            _begun.Enqueue(exchange);
            Monitor.Pulse(_gate);
        }

        return exchange;
    }

    /// <summary>Waits for an exchange.</summary>
    /// <exception cref="ProcessExchangeException">It failed, or is not complete in time.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing can be exchanged any more.</exception>
    public void Wait(MpiExchange exchange, CancellationToken cancellationToken)
    {
        _isAwaited = true;
        try
        {
            if (!exchange.Ended.Wait(_timeout, cancellationToken))
            {
                string found = $"the other processes did not come within {_timeout}";
                Break(found);
                throw new ProcessExchangeException(
                    ProcessIndex, exchange.Operation, found,
                    $"One has died, hangs, or works longer alone than {nameof(AcceleratorOptions)}.{nameof(AcceleratorOptions.Timeout)}: see what the others say, then resume from the last checkpoint.");
            }
        }
        catch (OperationCanceledException)
        {
            Break($"{exchange.Operation} was cancelled");
            throw;
        }
        finally
        {
            _isAwaited = false;
        }

        switch (exchange.Error)
        {
            case null:
                break;
            case MpiErrorException error:
                throw new ProcessExchangeException(
                    ProcessIndex, exchange.Operation, error.Message, "A process has died, or the network failed: see what the others say, then resume from the last checkpoint.", error);
            default:
                throw new MpiUnavailableException(exchange.Error.Message, exchange.Error);
        }
    }

    /// <summary>Refuses all further exchanges: this process has left the common order.</summary>
    public void Break(string reason)
    {
        lock (_gate)
        {
            _failure ??= reason;
        }
    }

    /// <summary>Ends MPI together with the other processes.</summary>
    public void End(CancellationToken cancellationToken)
    {
        Wait(Begin(new MpiExchange("waiting for every process to end", mpi => mpi.BeginBarrier())), cancellationToken);
        MpiExchange end = new("ending MPI", mpi =>
        {
            mpi.Terminate();
            _isEnding = true;
            return 0;
        });
        Wait(Begin(end), cancellationToken);
        Break("MPI was ended");
    }

    private void RequireWhole(string operation)
    {
        if (_failure is not null)
        {
            throw new ProcessExchangeException(ProcessIndex, operation, $"nothing can be exchanged any more ({_failure})", "Let the program end and resume from the last checkpoint.");
        }
    }

    private void Run(MpiLibrary library)
    {
        List<MpiExchange> open = [];
        long lastChange = 0;
        while (!_isEnding)
        {
            // Sleeps until something is begun; while something is open, only for a moment, and not at all while somebody waits for what is moving.
            bool isHurried = _isAwaited && Stopwatch.GetElapsedTime(lastChange) < s_patience;
            if (NextBegun(open.Count == 0 ? Timeout.InfiniteTimeSpan : isHurried ? TimeSpan.Zero : s_pause) is { } begun)
            {
                begun.Begin(library);
                open.Add(begun);
                lastChange = Stopwatch.GetTimestamp();
            }

            foreach (MpiExchange exchange in open)
            {
                exchange.Advance(library);
            }

            // What has failed stays, and with it the memory that MPI may still write to.
            if (open.RemoveAll(exchange => exchange.Ended.IsSet && exchange.Error is null) > 0)
            {
                lastChange = Stopwatch.GetTimestamp();
            }
            else if (isHurried)
            {
                Thread.Yield();
            }
        }
    }

    private MpiExchange? NextBegun(TimeSpan patience)
    {
        lock (_gate)
        {
            if (_begun.Count == 0 && patience != TimeSpan.Zero)
            {
                Monitor.Wait(_gate, patience);
            }

            return _begun.TryDequeue(out MpiExchange? begun) ? begun : null;
        }
    }
}
