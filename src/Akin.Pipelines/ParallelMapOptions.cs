namespace Akin.Pipelines;

/// <summary>How <see cref="ParallelMap"/> works. Immutable.</summary>
public sealed record ParallelMapOptions
{
    /// <summary>Threads, at least 1. Default: one for each core.</summary>
    public int ThreadCount { get; init; } = Environment.ProcessorCount;

    /// <summary>Rows that are in memory at a time, at least 1. Default: 1024.</summary>
    public int WindowSize { get; init; } = 1024;

    /// <summary>Told how many rows are done, from several threads. Default: nobody.</summary>
    public IProgress<long>? Progress { get; init; }
}
