namespace Akin.Client;

/// <summary>How a client talks to its server.</summary>
public sealed record AkinClientOptions
{
    /// <summary>The defaults.</summary>
    public static AkinClientOptions Default { get; } = new();

    /// <summary>Sent as <c>Authorization: Bearer …</c>; none by default.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Texts of one request, at least 1; more are split. 64 by default: enough to fill a server's batches, little enough for its limits.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Requests of one call that are under way at once, at least 1; 4 by default.</summary>
    public int RequestsInFlight { get; init; } = 4;

    /// <summary>Documents of one request of <see cref="IndexClient.AddAsync(IAsyncEnumerable{Messages.IndexDocument}, IProgress{Messages.AddDocumentsResponse}?, CancellationToken)"/>, at least 1; 256 by default.</summary>
    public int DocumentBatchSize { get; init; } = 256;

    /// <summary>How long one attempt may take; 100 seconds by default.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How often a request that may be sent again is sent again, at least 0; 5 by default.</summary>
    public int MaxRetries { get; init; } = 5;

    /// <summary>The wait before the first retry, each further one twice as long, all with some chance in them; 0.5 seconds by default. A server's <c>Retry-After</c> counts more.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest wait between two attempts, whatever the server asks for; 30 seconds by default.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);
}
