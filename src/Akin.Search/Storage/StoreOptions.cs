namespace Akin.Search.Storage;

/// <summary>How a store behaves while it is open.</summary>
public sealed record StoreOptions
{
    /// <summary>The defaults.</summary>
    public static StoreOptions Default { get; } = new();

    /// <summary>How long a write waits for the write of another process before it is refused; 30 seconds unless said otherwise.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
