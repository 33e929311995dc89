using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Akin.Cli.Tests;

/// <summary><c>akin mcp</c> asked by a published client, over the streams of a process.</summary>
public sealed class McpVerbTests : IDisposable
{
    private readonly IndexFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Tools_OfAnIndex_TellWhatItHolds()
    {
        await using McpClient client = await ConnectAsync();
        Assert.Equal("akin", client.ServerInfo?.Name);
        Dictionary<string, Tool> tools = (await client.ListToolsAsync()).ToDictionary(tool => tool.Name, tool => tool.ProtocolTool);
        Assert.Equal(["describe_index", "get_document", "search"], tools.Keys.Order());
        Assert.All(tools.Values, tool => Assert.True(tool.Annotations?.ReadOnlyHint));
        Assert.Contains("60 documents", tools["search"].Description);
        Assert.Contains("year (", tools["search"].Description);

        JsonElement properties = tools["search"].InputSchema.GetProperty("properties");
        Assert.Equal(["query", "mode", "count", "offset", "filter"], properties.EnumerateObject().Select(property => property.Name));
        Assert.Equal(["hybrid", "dense", "words"], properties.GetProperty("mode").GetProperty("enum").EnumerateArray().Select(value => value.GetString()!));
        Assert.Equal(["query"], tools["search"].InputSchema.GetProperty("required").EnumerateArray().Select(value => value.GetString()!));
    }

    [Theory]
    [InlineData("hybrid")]
    [InlineData("dense")]
    [InlineData("words")]
    public async Task Search_WithAFilter_FindsDocumentsThatFulfilIt(string mode)
    {
        await using McpClient client = await ConnectAsync();
        JsonElement[] documents = await SearchAsync(client, new() { ["query"] = "river engine", ["mode"] = mode, ["count"] = 4, ["filter"] = new { year = new Dictionary<string, int> { ["$lt"] = 1930 } } });
        Assert.Equal(4, documents.Length);
        Assert.All(documents, document => Assert.InRange(document.GetProperty("fields").GetProperty("year").GetInt32(), 1900, 1929));
        double[] scores = [.. documents.Select(document => document.GetProperty("score").GetDouble())];
        Assert.Equal(scores.OrderDescending(), scores);

        JsonElement[] next = await SearchAsync(client, new() { ["query"] = "river engine", ["mode"] = mode, ["count"] = 2, ["offset"] = 2, ["filter"] = """{"year": {"$lt": 1930}}""" });
        Assert.Equal(documents[2..].Select(Id), next.Select(Id));
    }

    [Fact]
    public async Task Search_LongDocument_ShowsThePartThatFitsAndGetShowsAll()
    {
        string text = string.Concat(Enumerable.Repeat("Nothing happens here at all. ", 100)) + "The zeppelin lands at noon." + string.Concat(Enumerable.Repeat(" Nothing happens here at all.", 100));
        await using McpClient client = await ConnectAsync($$"""{"id": "long", "text": "{{text}}"}""" + "\n");
        JsonElement found = Assert.Single(await SearchAsync(client, new() { ["query"] = "zeppelin", ["mode"] = "words" }));
        Assert.Contains("zeppelin lands", found.GetProperty("text").GetString());
        Assert.InRange(found.GetProperty("text").GetString()!.Length, 1000, 1300);
        Assert.True(found.GetProperty("is_part").GetBoolean());

        CallToolResult whole = await client.CallToolAsync("get_document", new Dictionary<string, object?> { ["id"] = "long" });
        Assert.Equal(text, whole.StructuredContent!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Describe_Index_CountsItsFields()
    {
        await using McpClient client = await ConnectAsync();
        JsonElement index = (await client.CallToolAsync("describe_index")).StructuredContent!.Value;
        Assert.Equal(60, index.GetProperty("documents").GetInt32());
        JsonElement field = Assert.Single(index.GetProperty("fields").EnumerateArray());
        Assert.Equal(("year", 60), (field.GetProperty("name").GetString(), field.GetProperty("documents").GetInt32()));
    }

    [Theory]
    [InlineData("search", """{"query": "x", "filter": {"year": {"$above": 3}}}""", "$above")]
    [InlineData("search", """{"query": "x", "filter": "{"}""", "Filter")]
    [InlineData("search", """{"query": "\"x", "mode": "words"}""", "cannot be understood")]
    [InlineData("search", """{"query": "x", "mode": "magic"}""", "magic")]
    [InlineData("search", """{"query": "x", "count": 0}""", "count is 1 to 50")]
    [InlineData("search", """{"query": " "}""", "query is empty")]
    [InlineData("get_document", """{"id": "nobody"}""", "There is no document 'nobody'")]
    public async Task Call_ThatCannotBeAnswered_SaysWhy(string tool, string arguments, string reason)
    {
        await using McpClient client = await ConnectAsync();
        CallToolResult result = await client.CallToolAsync(tool, JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments)!);
        Assert.True(result.IsError);
        Assert.Contains(reason, Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text);
    }

    [NodeFact]
    public void JavaScriptClient_Unmodified_TakesToolsAndAnswers()
    {
        _fixture.Add(_fixture.WriteFile("documents.jsonl", IndexFixture.Documents(0, 60)), "--model", IndexFixture.Model).Succeeded();
        string script = Path.Combine(Repository.Root, "tests", "Akin.Cli.Tests", "clients", "mcp", "mcp.mjs");
        JsonElement answer = JsonElement.Parse(NodePackages.Run(script, "", "dotnet", Path.Combine(AppContext.BaseDirectory, "akin.dll"), "mcp", "--index", _fixture.Index, "--quiet"));
        Assert.Equal("akin", answer.GetProperty("server").GetString());
        Assert.Equal(["describe_index", "get_document", "search"], answer.GetProperty("tools").EnumerateArray().Select(tool => tool.GetString()));
        JsonElement[] found = [.. answer.GetProperty("found").EnumerateArray()];
        Assert.Equal((3, 3), (found.Length, answer.GetProperty("text").GetInt32()));
        Assert.All(found, document => Assert.InRange(document.GetProperty("fields").GetProperty("year").GetInt32(), 1900, 1929));
        Assert.Equal(Id(found[0]), Id(answer.GetProperty("first")));
        Assert.True(answer.GetProperty("refused").GetProperty("isError").GetBoolean());
        Assert.Contains("$above", answer.GetProperty("refused").GetProperty("text").GetString());
        Assert.Equal(60, answer.GetProperty("documents").GetInt32());
    }

    [Fact]
    public void Process_WhoseInputEnds_Ends()
    {
        _fixture.Add(_fixture.WriteDocuments("a.jsonl", 2), "--model", IndexFixture.Model).Succeeded();
        AkinResult result = AkinProcess.Run("mcp", "--index", _fixture.Index).Succeeded();
        Assert.Equal("", result.Output);
        Assert.Contains("2 documents", result.Error);
    }

    [Fact]
    public void Process_WithoutAnIndex_IsRefused() => AkinProcess.Run("mcp", "--index", _fixture.PathTo("none.akin")).Refused("none.akin");

    private async Task<McpClient> ConnectAsync(string? documents = null)
    {
        _fixture.Add(_fixture.WriteFile("documents.jsonl", documents ?? IndexFixture.Documents(0, 60)), "--model", IndexFixture.Model).Succeeded();
        return await McpClient.CreateAsync(new StdioClientTransport(new StdioClientTransportOptions
        {
            Name = "akin",
            Command = "dotnet",
            Arguments = [AkinProcess.Program, "mcp", "--index", _fixture.Index],
            EnvironmentVariables = IndexFixture.Environment.ToDictionary(variable => variable.Key, variable => (string?)variable.Value),
        }));
    }

    private static async Task<JsonElement[]> SearchAsync(McpClient client, Dictionary<string, object?> arguments)
    {
        CallToolResult result = await client.CallToolAsync("search", arguments);
        Assert.False(result.IsError ?? false, JsonSerializer.Serialize(result.Content));
        return [.. result.StructuredContent!.Value.GetProperty("documents").EnumerateArray()];
    }

    private static string? Id(JsonElement document) => document.GetProperty("id").GetString();
}
