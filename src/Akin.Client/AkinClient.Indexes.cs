using Akin.Client.Messages;

namespace Akin.Client;

/// <summary>The indexes of a server.</summary>
public sealed partial class AkinClient
{
    /// <summary>The indexes of the server, by name.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AkinServerException">The server refused.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public async Task<IReadOnlyList<IndexSummary>> IndexesAsync(CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync("v1/indexes", AkinJson.Wire.IndexesResponse, cancellationToken).ConfigureAwait(false)).Indexes;

    /// <summary>An index of the server; nothing is asked yet.</summary>
    /// <param name="name">Its name.</param>
    public IndexClient Index(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new IndexClient(_connection, name, Options);
    }
}
