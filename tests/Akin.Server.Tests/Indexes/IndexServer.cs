using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Akin.Client.Messages;
using Akin.Pipelines;
using Akin.Search;

namespace Akin.Server.Tests.Indexes;

/// <summary>A server with indexes of its own: <c>library</c>, 60 texts in three languages, which tests only read, and <c>notes</c>, which is empty until a test fills it.</summary>
public sealed class IndexServer : IAsyncLifetime
{
    private static readonly Lazy<SentenceTransformer> s_model = new(() => SentenceTransformer.FromPretrained(RunningServer.BundledModel));

    private readonly string _folder = Directory.CreateTempSubdirectory("akin-indexes-").FullName;
    private RunningServer? _server;

    /// <summary>The model that comes with Akin, outside of the server.</summary>
    public static SentenceTransformer Model => s_model.Value;

    public HttpClient Client => _server!.Client;

    public Uri Address => _server!.Address;

    public IServiceProvider Services => _server!.Services;

    /// <summary>The documents of <c>library</c>.</summary>
    public static IReadOnlyList<Document> Library { get; } = [.. File.ReadLines(Path.Combine(Repository.Root, "samples", "data", "library.jsonl")).Select(line =>
    {
        JsonElement json = JsonElement.Parse(line);
        return new Document(json.GetProperty("id").GetString()!, json.GetProperty("text").GetString()!)
        {
            Title = json.GetProperty("title").GetString(),
            Metadata = $$"""{"lang":"{{json.GetProperty("lang").GetString()}}"}""",
        };
    })];

    /// <summary>The folder of an index.</summary>
    public string FolderOf(string name) => Path.Combine(_folder, name + ".akin");

    public async Task InitializeAsync()
    {
        using (SemanticIndex library = SemanticIndex.OpenOrCreate(FolderOf("library"), Model))
        {
            library.Add(Library);
        }

        SemanticIndex.OpenOrCreate(FolderOf("notes"), Model).Dispose();
        _server = await RunningServer.StartAsync(options => options.Indexes = [FolderOf("library"), $"notes={FolderOf("notes")}"]);
    }

    public async Task DisposeAsync()
    {
        await _server!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Searches an index, and expects an answer.</summary>
    public async Task<IndexSearchResponse> SearchAsync(string index, IndexSearchRequest request)
    {
        using StringContent content = new(JsonSerializer.Serialize(request, AkinJson.Wire.IndexSearchRequest), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await Client.PostAsync($"/v1/indexes/{index}/search", content);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize(text, AkinJson.Wire.IndexSearchResponse)!;
    }

    /// <summary>Adds documents, and expects an answer.</summary>
    public async Task<AddDocumentsResponse> AddAsync(string body, string type, string query = "")
    {
        using HttpResponseMessage response = await PostAsync(new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(type)), query);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize(text, AkinJson.Wire.AddDocumentsResponse)!;
    }

    /// <summary>Sends documents to <c>notes</c>.</summary>
    public Task<HttpResponseMessage> PostAsync(HttpContent content, string query = "", string? accept = null)
    {
        HttpRequestMessage request = new(HttpMethod.Post, $"/v1/indexes/notes/documents{query}") { Content = content };
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        return Client.SendAsync(request);
    }

    /// <summary>All documents of an index, over pages.</summary>
    public async Task<List<IndexDocument>> AllAsync(string index, string filter = "")
    {
        List<IndexDocument> all = [];
        while (true)
        {
            string text = await Client.GetStringAsync($"/v1/indexes/{index}/documents?limit=7&offset={all.Count}&filter={Uri.EscapeDataString(filter)}");
            DocumentsResponse page = JsonSerializer.Deserialize(text, AkinJson.Wire.DocumentsResponse)!;
            Assert.Equal(all.Count, page.Offset);
            all.AddRange(page.Documents);
            if (all.Count >= page.Total)
            {
                Assert.Equal(page.Total, all.Count);
                return all;
            }
        }
    }

    /// <summary>Deletes all documents of <c>notes</c>.</summary>
    public async Task EmptyAsync()
    {
        foreach (IndexDocument document in await AllAsync("notes"))
        {
            using HttpResponseMessage response = await Client.DeleteAsync($"/v1/indexes/notes/documents/{Uri.EscapeDataString(document.Id)}");
            Assert.Equal(System.Net.HttpStatusCode.NoContent, response.StatusCode);
        }
    }

    /// <summary>The problem that an answer tells.</summary>
    public static async Task<Problem> ProblemOf(HttpResponseMessage response)
    {
        Assert.Equal(Problem.ContentType, response.Content.Headers.ContentType?.MediaType);
        Problem problem = JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(), AkinJson.Wire.Problem)!;
        Assert.Equal((int)response.StatusCode, problem.Status);
        return problem;
    }
}
