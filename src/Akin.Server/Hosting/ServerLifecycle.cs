namespace Akin.Server.Hosting;

/// <summary>Whether the server takes requests: from when it is ready until it is told to stop; and how many it has taken that are not answered yet. Thread-safe.</summary>
internal sealed class ServerLifecycle
{
    private const long Draining = 1L << 62;

    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _state; // requests in progress, and the flag that no more are taken

    /// <summary>Whether models and indexes are loaded.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Whether the server is about to stop.</summary>
    public bool IsDraining => (Volatile.Read(ref _state) & Draining) != 0;

    /// <summary>Requests taken and not answered yet.</summary>
    public long RequestCount => Volatile.Read(ref _state) & ~Draining;

    /// <summary>Says that everything is loaded.</summary>
    public void BecomeReady() => IsReady = true;

    /// <summary>Takes a request, unless the server is about to stop; <see cref="Leave"/> must follow then.</summary>
    public bool TryEnter()
    {
        long state = Volatile.Read(ref _state);
        while ((state & Draining) == 0)
        {
            long found = Interlocked.CompareExchange(ref _state, state + 1, state);
            if (found == state)
            {
                return true;
            }

            state = found;
        }

        return false;
    }

    /// <summary>The request was answered.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _state) == Draining)
        {
            _idle.TrySetResult();
        }
    }

    /// <summary>Takes no more requests, and waits until those that were taken are answered.</summary>
    /// <param name="patience">How long at most.</param>
    /// <returns>Whether all were answered.</returns>
    public async Task<bool> DrainAsync(TimeSpan patience)
    {
        if (Interlocked.Or(ref _state, Draining) == 0)
        {
            _idle.TrySetResult();
        }

        try
        {
            await _idle.Task.WaitAsync(patience).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
