using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Akin.Kernels;
using Akin.Server.Http;
using Akin.Server.Models;
using Akin.Server.Telemetry;

namespace Akin.Server.Batching;

/// <summary>
/// Everything that models compute: requests wait here, and texts of many of them are computed side by side in ragged batches. A text's result has the same bits whatever it is computed
/// with. Thread-safe.
/// </summary>
/// <remarks>
/// Each thread computes batches of its own, so that none waits for another one or for what else the processor has to do; only a batch that is alone is computed by all threads together.
/// Fair: requests take turns, and in a turn a request gives texts of about <see cref="TurnsPerBatch"/> of a batch's tokens. So small requests are computed in
/// the order of their arrival, and a big one does not hold them up. Bounded: by tokens, and by the time a small request would have to wait for its turn;
/// beyond it requests are refused at once, before anything is computed for them.
/// </remarks>
internal sealed class EncodeQueue : IDisposable
{
    private const int TurnsPerBatch = 4;
    private const int LeastBatchTokens = 256;

    /// <summary>The part of the queue's time that work that waits for room leaves to requests that do not.</summary>
    private const double ShareLeftToShortRequests = 0.5;

    private readonly AkinServerOptions _options;
    private readonly ServerMetrics _metrics;
    private readonly ILogger<EncodeQueue> _log;
    private readonly object _lock = new();
    private readonly LinkedList<QueuedWork> _waiting = new();
    private readonly WorkerPool _pool;
    private readonly Thread[] _workers;
    private int _workCount; // admitted and not finished
    private long _tokens;
    private double _turnSeconds;
    private int _computing; // batches
    private TaskCompletionSource? _room;
    private bool _isDisposed;

    public EncodeQueue(AkinServerOptions options, ServerMetrics metrics, ILogger<EncodeQueue> log)
        : this(options, metrics, log, WorkerPool.Shared)
    {
    }

    /// <summary>The same with as many threads as a pool has.</summary>
    internal EncodeQueue(AkinServerOptions options, ServerMetrics metrics, ILogger<EncodeQueue> log, WorkerPool pool)
    {
        (_options, _metrics, _log, _pool) = (options, metrics, log, pool);
        metrics.Observe("akin.queue.tokens", "{token}", "Tokens that wait or are being computed.", () => Volatile.Read(ref _tokens));
        metrics.Observe("akin.queue.requests", "{request}", "Requests that wait or are being computed.", () => Volatile.Read(ref _workCount));
        _workers = [.. Enumerable.Range(0, pool.ThreadCount).Select(_ => new Thread(Work) { IsBackground = true, Name = "Akin batches" })];
        foreach (Thread worker in _workers)
        {
            worker.Start();
        }
    }

    /// <summary>Computes texts: reserves room for them, tokenizes them on the calling thread, and waits for their turn.</summary>
    /// <param name="model">The model.</param>
    /// <param name="group">What the model tells texts apart by that it cannot compute together.</param>
    /// <param name="estimatedTokens">About how many tokens they will be.</param>
    /// <param name="tokenize">Makes the token ids; called once there is room.</param>
    /// <param name="limits">Deadline and cancellation.</param>
    /// <returns>The texts with the result of each.</returns>
    /// <exception cref="RequestException">The queue is full (429), or the deadline has passed (504).</exception>
    /// <exception cref="OperationCanceledException">Nobody waits for the answer any more.</exception>
    public async Task<(IReadOnlyList<TokenizedText> Texts, float[][] Results)> ComputeAsync(
        ServedModel model, int group, long estimatedTokens, Func<IReadOnlyList<TokenizedText>> tokenize, RequestLimits limits)
    {
        QueuedWork work = new(model, group, limits);
        while (Admit(work, estimatedTokens) is { } room)
        {
            await room.WaitAsync(limits.Cancellation).ConfigureAwait(false);
        }

        try
        {
            IReadOnlyList<TokenizedText> texts = tokenize();
            Enqueue(work, texts);
            return (texts, await work.Completion.WaitAsync(limits.Remaining, limits.Cancellation).ConfigureAwait(false));
        }
        catch (TimeoutException)
        {
            throw Expired();
        }
        catch (OperationCanceledException)
        {
            _metrics.Rejected("cancelled");
            throw;
        }
        finally
        {
            Leave(work);
        }
    }

    /// <summary>The same for a thread that waits: no other thread than the queue's own is needed to go on.</summary>
    /// <inheritdoc cref="ComputeAsync"/>
    public float[][] Compute(ServedModel model, int group, long estimatedTokens, Func<IReadOnlyList<TokenizedText>> tokenize, RequestLimits limits)
    {
        QueuedWork work = new(model, group, limits);
        while (Admit(work, estimatedTokens) is { } room)
        {
            room.Wait(limits.Cancellation);
        }

        try
        {
            Enqueue(work, tokenize());
            return work.Completion.Wait((int)Math.Ceiling(limits.Remaining.TotalMilliseconds), limits.Cancellation) ? work.Completion.GetAwaiter().GetResult() : throw Expired();
        }
        catch (AggregateException error) when (error.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
        finally
        {
            Leave(work);
        }
    }

    /// <summary>Ends the threads after the batches in progress.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            Monitor.PulseAll(_lock);
        }

        foreach (Thread worker in _workers)
        {
            worker.Join();
        }
    }

    /// <summary>Takes work in, if there is room for it.</summary>
    /// <returns>Null when it was taken in; else what ends when it is time to try again.</returns>
    /// <exception cref="RequestException">There is no room, and the work does not wait for it.</exception>
    private Task? Admit(QueuedWork work, long tokens)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            double turn = TurnSeconds(work.Model, tokens);
            double allowed = _options.QueueSeconds * (work.Limits.WaitsForRoom ? ShareLeftToShortRequests : 1);
            if (_workCount == 0 || (_tokens + tokens <= _options.QueueTokens && _turnSeconds + turn <= allowed))
            {
                _workCount++;
                Count(work, tokens);
                return null;
            }

            if (work.Limits.WaitsForRoom)
            {
                return (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            _metrics.Rejected("queue_full");
            throw new RequestException(StatusCodes.Status429TooManyRequests, $"The server is at its limit: {_workCount} requests with {_tokens} tokens are waiting.")
            {
                RetryAfter = TimeSpan.FromSeconds(_turnSeconds / 2 + turn), // by then half of the queue has had its turn
                Code = "rate_limit_exceeded",
            };
        }
    }

    private RequestException Expired()
    {
        _metrics.Rejected("deadline");
        return RequestException.Expired(_options.DeadlineSeconds);
    }

    private void Enqueue(QueuedWork work, IReadOnlyList<TokenizedText> texts)
    {
        work.Begin(texts);
        lock (_lock)
        {
            Count(work, texts.Sum(text => (long)text.Ids.Length));
            if (texts.Count > 0)
            {
                work.Node = _waiting.AddLast(work);
                Monitor.Pulse(_lock);
            }
        }
    }

    /// <summary>The request is over, however it ended: what is left of it is not computed.</summary>
    private void Leave(QueuedWork work)
    {
        lock (_lock)
        {
            work.IsAbandoned = true;
            Remove(work);
            Count(work, 0);
            _workCount--;
            if (_workCount == 0)
            {
                _turnSeconds = 0; // what rounding has left
            }

            _room?.TrySetResult();
            _room = null;
        }
    }

    private void Remove(QueuedWork work)
    {
        if (work.Node is { } node)
        {
            _waiting.Remove(node);
            work.Node = null;
        }
    }

    private void Count(QueuedWork work, long tokens)
    {
        double seconds = TurnSeconds(work.Model, tokens);
        _tokens += tokens - work.CountedTokens;
        _turnSeconds += seconds - work.CountedSeconds;
        (work.CountedTokens, work.CountedSeconds) = (tokens, seconds);
    }

    /// <summary>How long a request with so many tokens left keeps the next one waiting: all of it, or one turn.</summary>
    private double TurnSeconds(ServedModel model, long tokens) => Math.Min(tokens, TurnTokens(model)) * model.Speed.SecondsPerToken;

    private int TurnTokens(ServedModel model) => Math.Max(1, BatchTokens(model) / TurnsPerBatch);

    private int BatchTokens(ServedModel model)
    {
        double secondsPerToken = model.Speed.SecondsPerToken;
        double wanted = secondsPerToken == 0 ? LeastBatchTokens : _options.BatchMilliseconds / 1000.0 / secondsPerToken;
        return (int)Math.Clamp(wanted, Math.Min(LeastBatchTokens, _options.BatchTokens), _options.BatchTokens);
    }

    private void Work()
    {
        BatchStep step = new();
        while (Take(step))
        {
            long start = Stopwatch.GetTimestamp();
            float[][]? results = Compute(step);
            TimeSpan duration = Stopwatch.GetElapsedTime(start);
            if (results is not null)
            {
                _metrics.BatchComputed(step.Model.Name, step.Texts.Count, step.TokenCount, duration);
            }

            Finish(step, results, duration);
        }
    }

    /// <summary>Takes the texts that are computed next, in turns; waits until there are some.</summary>
    private bool Take(BatchStep step)
    {
        lock (_lock)
        {
            while (true)
            {
                RemoveExpired();
                if (_isDisposed)
                {
                    return false;
                }

                if (_waiting.First is { } first)
                {
                    Fill(step, first.Value);
                    _computing++;
                    if (_waiting.Count > 0)
                    {
                        Monitor.Pulse(_lock);
                    }

                    return true;
                }

                Monitor.Wait(_lock);
            }
        }
    }

    private void RemoveExpired()
    {
        for (LinkedListNode<QueuedWork>? node = _waiting.First, next; node is not null; node = next)
        {
            next = node.Next;
            if (node.Value.Limits is { IsExpired: true } or { Cancellation.IsCancellationRequested: true })
            {
                Remove(node.Value); // whoever waits for it notices by himself
            }
        }
    }

    private void Fill(BatchStep step, QueuedWork first)
    {
        int budget = BatchTokens(first.Model), turn = TurnTokens(first.Model);
        bool isAlone = _computing == 0 && _tokens <= budget;
        budget = isAlone ? budget : Math.Max(1, budget / _workers.Length);
        step.Begin(first.Model, first.Group, isAlone);
        bool isFull = false;
        for (bool hasMore = true; hasMore && !isFull;)
        {
            hasMore = false;
            LinkedListNode<QueuedWork>? last = _waiting.Last;
            for (LinkedListNode<QueuedWork>? node = _waiting.First, next; node is not null && !isFull; node = next)
            {
                next = node == last ? null : node.Next;
                QueuedWork work = node.Value;
                if (work.Model != step.Model || work.Group != step.Group)
                {
                    continue;
                }

                isFull = TakeTurn(step, work, turn, budget);
                if (work.NextText == work.Texts.Count)
                {
                    Remove(work);
                }
                else if (!isFull)
                {
                    _waiting.Remove(node);
                    _waiting.AddLast(node);
                    hasMore = true;
                }
            }
        }
    }

    /// <returns>Whether the batch is full.</returns>
    private bool TakeTurn(BatchStep step, QueuedWork work, int turn, int budget)
    {
        if (work.NextText == 0)
        {
            _metrics.Waited(Stopwatch.GetElapsedTime(work.Start));
        }

        for (long given = 0; work.NextText < work.Texts.Count && given < turn;)
        {
            int length = work.Texts[work.NextText].Ids.Length;
            if (step.Texts.Count > 0 && step.TokenCount + length > budget)
            {
                return true;
            }

            step.Add(work, work.NextText++);
            given += length;
        }

        return step.TokenCount >= budget;
    }

    /// <returns>The results; null when it failed and the requests were told.</returns>
    private float[][]? Compute(BatchStep step)
    {
        try
        {
            return step.Model.Compute(step.Group, step.Texts, step.IsAlone ? _pool : WorkerPool.Serial);
        }
#pragma warning disable CA1031 // the worker must go on whatever happens to one batch
        catch (Exception error)
#pragma warning restore CA1031
        {
            BatchingLog.Failed(_log, error, step.Model.Name, step.Texts.Count);
            foreach (QueuedWork work in step.Places.Select(place => place.Work).Distinct())
            {
                work.Fail(error);
            }

            return null;
        }
    }

    private void Finish(BatchStep step, float[][]? results, TimeSpan duration)
    {
        lock (_lock)
        {
            _computing--;
            if (results is null)
            {
                return;
            }

            // One of several threads is a part of the machine.
            step.Model.Speed.Add(step.TokenCount, step.IsAlone ? duration : duration / _workers.Length);
            for (int i = 0; i < results.Length; i++)
            {
                (QueuedWork work, int text) = step.Places[i];
                if (!work.IsAbandoned)
                {
                    Count(work, work.CountedTokens - work.Texts[text].Ids.Length);
                }

                work.Complete(text, results[i]);
            }
        }
    }
}
