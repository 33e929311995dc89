using Akin.Pipelines;

namespace Akin.Server.Tests;

/// <summary>One server with the model that comes with Akin, for the tests of a class, and the model itself.</summary>
public sealed class BundledModelServer : IAsyncLifetime
{
    internal RunningServer Server { get; private set; } = null!;

    /// <summary>The same model without a server.</summary>
    public SentenceTransformer Model { get; } = SentenceTransformer.FromPretrained(RunningServer.BundledModel);

    /// <inheritdoc/>
    public async Task InitializeAsync() => Server = await RunningServer.StartAsync(options => options.QueueSeconds = 600);

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Server.DisposeAsync();
}
