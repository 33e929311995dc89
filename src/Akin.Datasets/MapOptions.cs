namespace Akin.Datasets;

/// <summary>How <see cref="Dataset.Map"/> and <see cref="Dataset.MapBatches"/> work.</summary>
public sealed record MapOptions
{
    /// <summary>Rows a function sees at once, and a worker takes at once; default 1000.</summary>
    public int BatchSize { get; init; } = 1000;

    /// <summary>Threads; default 1. The result does not depend on it; the function must be safe to call from several.</summary>
    public int WorkerCount { get; init; } = 1;

    /// <summary>Columns of the input that the result does not keep.</summary>
    public IReadOnlyList<string> RemoveColumns { get; init; } = [];

    /// <summary>Types of the columns the function returns; what is not named is told by the values of the first batch.</summary>
    public Features? Features { get; init; }

    /// <summary>
    /// A name for the function and for everything it uses (the tokenizer's name, the length …). When it is given, the result is kept in the cache
    /// folder, and found again as long as the input, this key, the options and the compiled function are the same.
    /// </summary>
    public string? CacheKey { get; init; }

    /// <summary>Where results are kept; default <see cref="DatasetCache.DefaultFolder"/>.</summary>
    public string? CacheFolder { get; init; }
}
