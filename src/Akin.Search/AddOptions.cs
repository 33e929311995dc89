namespace Akin.Search;

/// <summary>How documents are added.</summary>
public sealed record AddOptions
{
    /// <summary>The defaults.</summary>
    public static AddOptions Default { get; } = new();

    /// <summary>
    /// Documents that are encoded and stored together, at least 1: what is lost when the process ends is never more than one batch. Null, the default: about
    /// as many as take a second, 16 to 1,024.
    /// </summary>
    public int? BatchSize { get; init; }

    /// <summary>Where the index has a graph: told how many documents are in it, while it is brought up to date at the end.</summary>
    public IProgress<long>? GraphProgress { get; init; }
}
