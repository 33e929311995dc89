namespace Akin.Datasets;

/// <summary>What a time, timestamp or duration counts.</summary>
public enum TimeUnit
{
    /// <summary>Seconds (<c>s</c>).</summary>
    Second,

    /// <summary>Milliseconds (<c>ms</c>).</summary>
    Millisecond,

    /// <summary>Microseconds (<c>us</c>).</summary>
    Microsecond,

    /// <summary>Nanoseconds (<c>ns</c>).</summary>
    Nanosecond,
}
