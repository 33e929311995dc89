using System.Text.Json;
using Akin.Client;
using Akin.Client.Messages;
using Akin.Pipelines;
using Akin.Search;
using Akin.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.AI;

namespace Akin.Docs.Tests.Snippets;

/// <summary>The snippets of the client's guide, against a server in this process.</summary>
[Collection(SnippetCollection.Name)]
public sealed class ClientSnippets : Snippet
{
    private static readonly string Model = Path.Combine(Repository.Root, "models", "akin-mini-ko-zh-en");

    [Fact]
    public async Task Encode()
    {
        await using WebApplication server = await ServerAsync();
        Uri address = new(server.Urls.Single());
        #region client encode
        using AkinClient client = new(address);
        EncodeResponse encoded = await client.EncodeAsync(["How long may I keep a book?", "책은 얼마 동안 빌릴 수 있나요?"]);
        Console.WriteLine($"{encoded.Embeddings.Count} vectors of {encoded.Embeddings[0].Values.Length} floats, {encoded.Usage.Tokens} tokens read by {encoded.Model}");
        foreach (ModelCard model in await client.ModelsAsync())
        {
            Console.WriteLine($"{model.Id}: {model.Kind}, {model.Dimensions} dimensions");
        }
        #endregion
        SentenceTransformer local = SentenceTransformer.FromPretrained(Model);
        Assert.Equal(local.Encode("How long may I keep a book?"), encoded.Embeddings[0].Values.ToArray());
        Assert.EndsWith($"tokens read by akin-mini-ko-zh-en\nakin-mini-ko-zh-en: encoder, {local.Dimension} dimensions\n", Printed);
    }

    [Fact]
    public async Task Index()
    {
        SemanticIndex.OpenOrCreate("notes.akin", SentenceTransformer.FromPretrained(Model)).Dispose();
        await using WebApplication server = await ServerAsync("notes.akin");
        Uri address = new(server.Urls.Single());
        {
            #region client index
            using AkinClient client = new(address);
            IndexClient index = client.Index("notes");
            AddDocumentsResponse added = await index.AddAsync(
            [
                new IndexDocument("1", "The heating is repaired on Tuesday.") { Title = "Heating", Fields = new Dictionary<string, JsonElement> { ["floor"] = JsonElement.Parse("2") } },
                new IndexDocument("2", "There is cake in the kitchen!"),
            ]);
            Console.WriteLine($"{added.Added} added, {added.RejectedRows} rejected");
            IndexSearchResponse answer = await index.SearchAsync(new IndexSearchRequest { Query = "When is it warm again?", Count = 1, Filter = JsonElement.Parse("""{"floor": 2}""") });
            Console.WriteLine($"{answer.Hits[0].Title}: {answer.Hits[0].Text}");
            Console.WriteLine($"{await index.DeleteAsync("2")}, {(await index.DescribeAsync()).Documents} left");
            #endregion
            Assert.False(await index.DeleteAsync("2"));
            Assert.Null(await index.GetAsync("2"));
            Assert.Equal("2", (await index.GetAsync("1"))!.Fields!["floor"].GetRawText());
            Assert.Equal("notes", Assert.Single(await client.IndexesAsync()).Name);
            await Assert.ThrowsAsync<AkinNotFoundException>(() => client.Index("nothing").GetAsync("1"));
            AkinRequestException error = await Assert.ThrowsAsync<AkinRequestException>(() => index.SearchAsync(new IndexSearchRequest { Query = "x", Mode = "magic" }));
            Assert.Equal("mode", error.Problem!.Field);
            Assert.Equal(1, (await index.PageAsync(filter: JsonElement.Parse("""{"floor": 2}"""))).Total);
        }

        Assert.Equal("2 added, 0 rejected\nHeating: The heating is repaired on Tuesday.\nTrue, 1 left\n", Printed);
        await server.StopAsync();
    }

    [Fact]
    public async Task Generators()
    {
        await using WebApplication server = await ServerAsync();
        Uri address = new(server.Urls.Single());
        string folder = Model;
        #region client generators
        SentenceTransformer model = SentenceTransformer.FromPretrained(folder);
        using AkinClient client = new(address);
        foreach (IEmbeddingGenerator<string, Embedding<float>> generator in new[] { model.AsEmbeddingGenerator(), client.AsEmbeddingGenerator() })
        {
            GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(["one", "two"], new EmbeddingGenerationOptions { Dimensions = 64 });
            Console.WriteLine($"{embeddings.Count} × {embeddings[0].Dimensions}, {embeddings.Usage?.InputTokenCount} tokens");
        }
        #endregion
        string[] lines = Printed.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Equal(lines[0], lines[1]);
        Assert.StartsWith("2 × 64, ", lines[0]);
    }

    private static async Task<WebApplication> ServerAsync(params string[] indexes)
    {
        WebApplication server = AkinServer.Build(new AkinServerOptions { Urls = "http://127.0.0.1:0", DefaultModel = Model, Indexes = indexes });
        await AkinServer.StartAsync(server);
        return server;
    }
}
