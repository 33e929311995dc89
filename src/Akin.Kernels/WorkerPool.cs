using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Akin.Kernels;

/// <summary>A small set of persistent threads that share the tasks of one loop at a time with the thread that calls it.</summary>
/// <remarks>
/// <para>
/// Made for kernels of a few microseconds: a warm loop allocates nothing, workers spin for a moment before they sleep, and the caller
/// never waits for a worker that has not taken part.
/// </para>
/// <para>
/// Thread-safe. One loop uses the workers at a time: a loop started while another one runs (nested, or from another thread) runs
/// wholly on the thread that started it. Results must therefore not depend on which thread runs a task.
/// </para>
/// </remarks>
public sealed unsafe class WorkerPool : IDisposable
{
    /// <summary>The environment variable that sets the thread count of <see cref="Shared"/>.</summary>
    public const string EnvironmentVariable = "AKIN_THREADS";

    /// <summary>The largest thread count accepted.</summary>
    public const int MaxThreadCount = 1024;

    /// <summary>How long an idle worker looks for work before it sleeps: longer than the serial gaps between the kernels of a model.</summary>
    private static readonly long SpinTicks = Stopwatch.Frequency / 10_000; // 100 µs

    private static readonly Lazy<WorkerPool> SharedPool = new(
        () => new WorkerPool(ReadThreadCount(Environment.GetEnvironmentVariable(EnvironmentVariable)), isOwned: false));

    private readonly object _sleepLock = new();
    private readonly Thread[] _workers;
    private readonly bool _isOwned;
    private State _state;
    private int _sleeping;
    private bool _isDisposed;

    // The loop being run. Written by the caller before it opens the gate, read by workers that passed it.
    private delegate*<void*, int, void> _execute;
    private void* _body;
    private int _taskCount;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Starts a pool.</summary>
    /// <param name="threadCount">Threads that run a loop, the calling thread included: 1 … <see cref="MaxThreadCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threadCount"/> is outside its bounds.</exception>
    public WorkerPool(int threadCount)
        : this(threadCount, isOwned: true)
    {
    }

    private WorkerPool(int threadCount, bool isOwned)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threadCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threadCount, MaxThreadCount);
        ThreadCount = threadCount;
        _isOwned = isOwned;
        _workers = new Thread[threadCount - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(RunWorker) { IsBackground = true, Name = $"Akin worker {i + 1}" };
            _workers[i].Start();
        }
    }

    /// <summary>The pool of the process: <c>AKIN_THREADS</c> threads, by default one for each processor. Disposing it does nothing.</summary>
    /// <exception cref="KernelSettingException"><c>AKIN_THREADS</c> is not a number from 1 to <see cref="MaxThreadCount"/>.</exception>
    public static WorkerPool Shared => SharedPool.Value;

    /// <summary>No workers: every loop runs on the calling thread. Disposing it does nothing.</summary>
    public static WorkerPool Serial { get; } = new(1, isOwned: false);

    /// <summary>Threads that run a loop, the calling thread included.</summary>
    public int ThreadCount { get; }

    /// <summary>Runs <c>body.Execute(0 … taskCount - 1)</c>, each once, in no fixed order, on the workers and the calling thread.</summary>
    /// <param name="taskCount">How many tasks there are; with 0 nothing happens.</param>
    /// <param name="body">The loop's body. All threads share this one instance; it may be a <c>ref struct</c> that holds spans.</param>
    /// <remarks>
    /// When a task throws, tasks that have not started are skipped, the running ones finish, and the first exception is thrown to the caller.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="taskCount"/> is negative.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    public void For<TBody>(int taskCount, ref TBody body)
        where TBody : struct, IParallelBody, allows ref struct
    {
        ArgumentOutOfRangeException.ThrowIfNegative(taskCount);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (taskCount <= 1 || _workers.Length == 0 || Interlocked.CompareExchange(ref _state.Busy, 1, 0) != 0)
        {
            for (int i = 0; i < taskCount; i++)
            {
                body.Execute(i);
            }

            return;
        }

        // Pins the body in case it lies in a heap object; on the stack this costs nothing.
        fixed (byte* pointer = &Unsafe.As<TBody, byte>(ref body))
        {
            RunShared(taskCount, pointer, &Execute<TBody>);
        }
    }

    /// <summary>Ends the workers. A loop that is running is finished first.</summary>
    public void Dispose()
    {
        if (!_isOwned || _isDisposed)
        {
            return;
        }

        lock (_sleepLock)
        {
            _isDisposed = true;
            Monitor.PulseAll(_sleepLock);
        }

        foreach (Thread worker in _workers)
        {
            worker.Join();
        }
    }

    private static void Execute<TBody>(void* body, int taskIndex)
        where TBody : struct, IParallelBody, allows ref struct =>
        Unsafe.AsRef<TBody>(body).Execute(taskIndex);

    internal static int ReadThreadCount(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Math.Clamp(Environment.ProcessorCount, 1, MaxThreadCount);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= MaxThreadCount
            ? count
            : throw new KernelSettingException(
                $"{EnvironmentVariable} is '{text}': expected a number from 1 to {MaxThreadCount}, or leave it unset for one thread a processor.");
    }

    private void RunShared(int taskCount, void* body, delegate*<void*, int, void> execute)
    {
        _body = body;
        _execute = execute;
        _taskCount = taskCount;
        _failure = null;
        Volatile.Write(ref _state.NextTask, 0);
        Volatile.Write(ref _state.Gate, State.GateOpen);
        Interlocked.Increment(ref _state.Epoch); // a full fence: sleepers are counted after workers can see the new epoch
        if (Volatile.Read(ref _sleeping) > 0)
        {
            lock (_sleepLock)
            {
                Monitor.PulseAll(_sleepLock);
            }
        }

        RunTasks();

        // No worker enters from here on; those inside are waited for, because the body lives in the caller's frame.
        Interlocked.And(ref _state.Gate, ~State.GateOpen);
        SpinWait spinner = default;
        while (Volatile.Read(ref _state.Gate) != 0)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }

        ExceptionDispatchInfo? failure = _failure;
        _failure = null;
        _body = null;
        Volatile.Write(ref _state.Busy, 0);
        failure?.Throw();
    }

    private void RunTasks()
    {
        try
        {
            int taskCount = _taskCount;
            for (int task; (task = Interlocked.Increment(ref _state.NextTask) - 1) < taskCount;)
            {
                _execute(_body, task);
            }
        }
#pragma warning disable CA1031 // whatever a task throws is carried to the caller of the loop
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            Volatile.Write(ref _state.NextTask, _taskCount);
        }
    }

    private void RunWorker()
    {
        int seen = 0;
        while (WaitForWork(ref seen))
        {
            // Pass the gate only while it is open, counting ourselves in.
            int gate = Volatile.Read(ref _state.Gate);
            while ((gate & State.GateOpen) != 0)
            {
                int found = Interlocked.CompareExchange(ref _state.Gate, gate + 1, gate);
                if (found == gate)
                {
                    RunTasks();
                    Interlocked.Decrement(ref _state.Gate);
                    break;
                }

                gate = found;
            }
        }
    }

    /// <summary>Returns once a loop newer than <paramref name="seen"/> was started, or <see langword="false"/> when the pool is disposed.</summary>
    private bool WaitForWork(ref int seen)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            for (int i = 0; i < 32; i++)
            {
                int epoch = Volatile.Read(ref _state.Epoch);
                if (epoch != seen)
                {
                    seen = epoch;
                    return true;
                }

                Thread.SpinWait(2);
            }
        }
        while (Stopwatch.GetTimestamp() - start < SpinTicks);

        lock (_sleepLock)
        {
            Interlocked.Increment(ref _sleeping);
            while (Volatile.Read(ref _state.Epoch) == seen && !_isDisposed)
            {
                Monitor.Wait(_sleepLock);
            }

            Interlocked.Decrement(ref _sleeping);
            seen = Volatile.Read(ref _state.Epoch);
            return !_isDisposed;
        }
    }

    /// <summary>The words that several threads write, each on cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 5 * CacheLines)]
    private struct State
    {
        public const int GateOpen = 1 << 30;
        private const int CacheLines = 128; // processors fetch pairs of 64-byte lines

        /// <summary>1 while a loop uses the workers.</summary>
        [FieldOffset(0)]
        public int Busy;

        /// <summary>Counts loops, so that a worker knows a new one.</summary>
        [FieldOffset(CacheLines)]
        public int Epoch;

        /// <summary><see cref="GateOpen"/> while workers may enter the loop, plus the number of workers inside.</summary>
        [FieldOffset(2 * CacheLines)]
        public int Gate;

        /// <summary>The next task nobody has taken.</summary>
        [FieldOffset(3 * CacheLines)]
        public int NextTask;
    }
}
