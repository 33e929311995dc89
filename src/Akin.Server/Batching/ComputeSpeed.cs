namespace Akin.Server.Batching;

/// <summary>How long a model takes for a token, measured while it works. Written by one thread at a time, read by any.</summary>
internal sealed class ComputeSpeed
{
    /// <summary>Tokens over which the measurement is averaged.</summary>
    private const double MemoryTokens = 8192;

    private double _secondsPerToken;

    /// <summary>Seconds that a token takes; 0 before anything was measured.</summary>
    public double SecondsPerToken => Volatile.Read(ref _secondsPerToken);

    /// <summary>Takes a batch into account: the more tokens, the more it counts, so that the overhead of small ones does not.</summary>
    public void Add(long tokenCount, TimeSpan duration)
    {
        if (tokenCount > 0)
        {
            double weight = _secondsPerToken == 0 ? 1 : tokenCount / (tokenCount + MemoryTokens);
            Volatile.Write(ref _secondsPerToken, _secondsPerToken + weight * (duration.TotalSeconds / tokenCount - _secondsPerToken));
        }
    }
}
