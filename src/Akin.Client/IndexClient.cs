using System.Text.Json;
using Akin.Client.Messages;

namespace Akin.Client;

/// <summary>An index of a server: <see cref="AkinClient.Index"/>.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class IndexClient
{
    private readonly ServerConnection _connection;
    private readonly AkinClientOptions _options;
    private readonly string _route;

    internal IndexClient(ServerConnection connection, string name, AkinClientOptions options)
    {
        (_connection, _options, Name) = (connection, options, name);
        _route = $"v1/indexes/{Uri.EscapeDataString(name)}";
    }

    /// <summary>The name of the index.</summary>
    public string Name { get; }

    /// <summary>What the index is made of and what it holds.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AkinServerException">There is no such index (<see cref="AkinNotFoundException"/>), or the server refused.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public Task<IndexDescription> DescribeAsync(CancellationToken cancellationToken = default) =>
        _connection.GetAsync(_route, AkinJson.Wire.IndexDescription, cancellationToken);

    /// <summary>Finds documents.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="count">How many are wanted at most; 10 unless said otherwise.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AkinServerException">The server refused; the kind of exception and its problem say why.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public Task<IndexSearchResponse> SearchAsync(string query, int count = 10, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return SearchAsync(new IndexSearchRequest { Query = query, Count = count }, cancellationToken);
    }

    /// <summary>Finds documents: with filter, facets, re-ranking, explanations.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AkinServerException">The server refused; the kind of exception and its problem say why.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public Task<IndexSearchResponse> SearchAsync(IndexSearchRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _connection.PostAsync(
            $"{_route}/search", request, AkinJson.Wire.IndexSearchRequest, RetrySafety.Always, AkinJson.Wire.IndexSearchResponse, cancellationToken);
    }

    /// <summary>Adds documents, each replacing the one with its identifier. They are read no faster than the server stores them.</summary>
    /// <remarks>
    /// Some at a time are sent and acknowledged, then the next: what was reported is on the server's disk. Adding a document twice is the same as adding it once, so a request that was lost is
    /// sent again, and after an interruption the same call goes on: what is there already is counted as unchanged.
    /// </remarks>
    /// <param name="documents">The documents.</param>
    /// <param name="progress">Told after each request what was done so far; rows count from the first document on.</param>
    /// <param name="cancellationToken">Stops; what was reported stays.</param>
    /// <returns>What was done in all. Documents that cannot be stored are rejected, with the reason, and do not keep the others back.</returns>
    /// <exception cref="AkinServerException">The server refused; the kind of exception and its problem say why.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public async Task<AddDocumentsResponse> AddAsync(
        IAsyncEnumerable<IndexDocument> documents, IProgress<AddDocumentsResponse>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        AddDocumentsResponse all = new(0, 0, 0, 0);
        await foreach (IndexDocument[] batch in documents.Chunk(_options.DocumentBatchSize).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            AddDocumentsResponse done = await _connection.PostAsync(
                $"{_route}/documents", new AddDocumentsRequest(batch), AkinJson.Wire.AddDocumentsRequest, RetrySafety.Always, AkinJson.Wire.AddDocumentsResponse, cancellationToken).ConfigureAwait(false);
            long before = all.Rows;
            all = new AddDocumentsResponse(all.Rows + done.Rows, all.Added + done.Added, all.Updated + done.Updated, all.Unchanged + done.Unchanged)
            {
                RejectedRows = all.RejectedRows + done.RejectedRows,
                Rejected = done.Rejected.Count == 0 ? all.Rejected : [.. all.Rejected, .. done.Rejected.Select(row => row with { Row = row.Row + before })],
            };
            progress?.Report(all);
        }

        return all;
    }

    /// <summary>The same for documents at hand.</summary>
    /// <inheritdoc cref="AddAsync(IAsyncEnumerable{IndexDocument}, IProgress{AddDocumentsResponse}?, CancellationToken)"/>
    public Task<AddDocumentsResponse> AddAsync(
        IEnumerable<IndexDocument> documents, IProgress<AddDocumentsResponse>? progress = null, CancellationToken cancellationToken = default) =>
        AddAsync(documents.ToAsyncEnumerable(), progress, cancellationToken);

    /// <summary>A document, or null where there is none with this identifier.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AkinServerException">The server refused.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public async Task<IndexDocument?> GetAsync(string id, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _connection.GetAsync(RouteOf(id), AkinJson.Wire.IndexDocument, cancellationToken).ConfigureAwait(false);
        }
        catch (AkinNotFoundException error) when (IsOfTheDocument(error))
        {
            return null;
        }
    }

    /// <summary>Documents in the order they were added, a page at a time.</summary>
    /// <param name="offset">How many are passed over.</param>
    /// <param name="limit">How many are wanted at most.</param>
    /// <param name="filter">What they must fulfil, such as <c>{"lang": "ko"}</c>; all when null.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AkinServerException">The server refused; the kind of exception and its problem say why.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public Task<DocumentsResponse> PageAsync(long offset = 0, int limit = 100, JsonElement? filter = null, CancellationToken cancellationToken = default)
    {
        string condition = filter is { } wanted ? $"&filter={Uri.EscapeDataString(wanted.GetRawText())}" : "";
        return _connection.GetAsync($"{_route}/documents?offset={offset}&limit={limit}{condition}", AkinJson.Wire.DocumentsResponse, cancellationToken);
    }

    /// <summary>Deletes a document.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="AkinServerException">The server refused.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached, or the answer was lost: whether it deleted is not known.</exception>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        try
        {
            await _connection.DeleteAsync(RouteOf(id), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (AkinNotFoundException error) when (IsOfTheDocument(error))
        {
            return false;
        }
    }

    /// <summary>404 of an index that is not there is another matter than 404 of a document.</summary>
    private static bool IsOfTheDocument(AkinNotFoundException error) => error.Problem?.Field == "id";

    private string RouteOf(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return $"{_route}/documents/{Uri.EscapeDataString(id)}";
    }
}
