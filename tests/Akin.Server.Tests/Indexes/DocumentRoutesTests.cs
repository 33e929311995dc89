using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Client.Messages;

namespace Akin.Server.Tests.Indexes;

[Collection(IndexServerCollection.Name)]
public sealed class DocumentRoutesTests(IndexServer server) : IAsyncLifetime
{
    public Task InitializeAsync() => server.EmptyAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Documents_AddedReplacedAndDeletedInEveryForm_AreThoseOfADictionary(int seed)
    {
        Random random = new(seed);
        Dictionary<string, JsonObject> expected = [];
        string[] ids = ["a", "b/c", "ü ", "%2F", "한 글", "x?y#z", "long" + new string('n', 300)];
        for (int step = 0; step < 12; step++)
        {
            JsonObject[] batch = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Row(random, ids[random.Next(ids.Length)]))];
            string form = new[] { "json", "lines", "table" }[random.Next(3)];
            AddDocumentsResponse answer = form switch
            {
                "json" => await server.AddAsync(new JsonObject { ["documents"] = new JsonArray([.. batch.Select(row => row.DeepClone())]) }.ToJsonString(), "application/json"),
                "lines" => await server.AddAsync(string.Join("\r\n\n", batch.Select(row => row.ToJsonString())), "application/x-ndjson"),
                _ => await server.AddAsync(string.Join('\n', batch.Select(Cells).Prepend("id,title,text,lang")), "text/csv"),
            };
            (long added, long updated, long unchanged) = (0, 0, 0);
            HashSet<string> same = [.. batch.Select(row => Id(row)).Except(batch.Where(row => !(expected.TryGetValue(Id(row), out JsonObject? old) && JsonNode.DeepEquals(old, row))).Select(Id))];
            foreach (JsonObject row in batch)
            {
                bool isThere = expected.ContainsKey(Id(row));
                _ = same.Contains(Id(row)) ? unchanged++ : isThere ? updated++ : added++;
                expected[Id(row)] = row;
            }

            Assert.Equal((batch.Length, added, updated, unchanged, 0), (answer.Rows, answer.Added, answer.Updated, answer.Unchanged, answer.RejectedRows));
            if (random.Next(2) == 0 && expected.Count > 0)
            {
                string id = expected.Keys.ElementAt(random.Next(expected.Count));
                Assert.Equal(HttpStatusCode.NoContent, (await server.Client.DeleteAsync(Place(id))).StatusCode);
                Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync(Place(id))).StatusCode);
                expected.Remove(id);
            }

            List<IndexDocument> all = await server.AllAsync("notes");
            Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Text(pair.Value)), all.Select(Text).OrderBy(text => text, StringComparer.Ordinal));
            foreach (string id in expected.Keys)
            {
                Assert.Equal(Text(expected[id]), Text(JsonSerializer.Deserialize(await server.Client.GetStringAsync(Place(id)), AkinJson.Wire.IndexDocument)!));
            }

            Assert.Equal(all.Count(document => document.Fields!["lang"].GetString() == "ko"), (await server.AllAsync("notes", """{"lang": "ko"}""")).Count);
            Assert.Equal(expected.Count, (await server.SearchAsync("notes", new IndexSearchRequest { Query = "winter", Count = 100 })).Hits.Count);
        }

        static string Cells(JsonObject row) => string.Join(',', new[] { "id", "title", "text", "lang" }.Select(name => $"\"{row[name]!.GetValue<string>().Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
    }

    [Fact]
    public async Task Rows_ThatAreNoDocuments_AreNamedWithTheirLineAndTheOthersStored()
    {
        string body = string.Join('\n',
            "\uFEFF{\"id\": 7, \"text\": \"a number is an id\"}",
            "",
            "{\"id\": \"x\"}",
            "[1]",
            "{\"id\": \"y\", \"text\": 5}",
            "{\"id\": \"z\", \"text\": \"cut off",
            "{\"text\": \"nobody\"}",
            "{\"id\": \"twice\", \"id\": \"twice\", \"text\": \"a\"}",
            "{\"id\": \"half\", \"text\": \"\\ud800\"}",
            "{\"id\": \"field\", \"text\": \"a\", \"field\": \"\\ud800\"}",
            "{\"id\": \"\", \"text\": \"a\"}",
            "{\"id\": \"last\", \"text\": \"\", \"title\": null}");
        AddDocumentsResponse answer = await server.AddAsync(body, "application/x-ndjson; charset=utf-8");
        Assert.Equal((11, 2, 9), (answer.Rows, answer.Added, answer.RejectedRows));
        Assert.Equal(["7", "last"], (await server.AllAsync("notes")).Select(document => document.Id));
        Assert.Equal(Enumerable.Range(1, 9).Select(row => (long)row), answer.Rejected.Select(row => row.Row));
        Assert.Equal(Enumerable.Range(3, 9).Select(line => (long?)line), answer.Rejected.Select(row => row.Line));
        string[] reasons = ["no field 'text'", "an array", "field 'text' is a number", "not one JSON object", "no identifier", "not one JSON object", "surrogate", "surrogate", "no identifier"];
        Assert.All(answer.Rejected.Zip(reasons), pair => Assert.Contains(pair.Second, pair.First.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Table_WithRaggedRows_NamesThemAndGoesOn()
    {
        AddDocumentsResponse answer = await server.AddAsync("_id,question,answer\n1,Who?,Me\n2,too,many,cells\n3,\"two\nlines\",yes\n4,few\n", "text/csv", "?text_field=answer&title_field=question");
        Assert.Equal((4, 2, 2), (answer.Rows, answer.Added, answer.RejectedRows));
        Assert.Equal([(1L, 3L), (3L, 6L)], answer.Rejected.Select(row => (row.Row, row.Line!.Value)));
        Assert.Equal([("1", "Who?", "Me"), ("3", "two\nlines", "yes")], (await server.AllAsync("notes")).Select(document => (document.Id, document.Title, document.Text)));
    }

    [Fact]
    public async Task Table_ThatBreaksOff_SaysHowFarItCame()
    {
        using HttpResponseMessage response = await server.PostAsync(new StringContent("id,text\n1,a\n2,\"never closed\n3,c", Encoding.UTF8, "text/csv"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Problem problem = await IndexServer.ProblemOf(response);
        Assert.Equal(("file", 1), (problem.Field, problem.Row));
        Assert.Contains("never closed", problem.Detail, StringComparison.Ordinal);
        Assert.Equal(["1"], (await server.AllAsync("notes")).Select(document => document.Id));
        Assert.Contains("'text'", (await IndexServer.ProblemOf(await server.PostAsync(new StringContent("id,body\n1,a", Encoding.UTF8, "text/csv")))).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_WithFiles_IsStoredWithProgressAndIdentifiersOfLines()
    {
        using MultipartFormDataContent form = new()
        {
            { new StringContent("{\"text\": \"first\"}\n{\"text\": \"second\", \"lang\": \"en\"}"), "file", "notes.jsonl" },
            { new StringContent("text\tid\n\"quotes stay\t9"), "file", "더.tsv" },
        };
        using HttpResponseMessage response = await server.PostAsync(form, accept: "application/x-ndjson");
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        AddDocumentsResponse[] lines = [.. (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize(line, AkinJson.Wire.AddDocumentsResponse)!)];
        Assert.Equal((true, 3, 3), (lines[^1].Done, lines[^1].Rows, lines[^1].Added));
        Assert.Equal([("notes.jsonl:1", "first"), ("notes.jsonl:2", "second"), ("9", "\"quotes stay")], (await server.AllAsync("notes")).Select(document => (document.Id, document.Text)));
    }

    [Fact]
    public async Task Form_WithBadRows_NamesTheirFiles()
    {
        using MultipartFormDataContent form = new()
        {
            { new StringContent("{\"text\": \"first\"}\n{\"text\": 5}"), "file", "a.jsonl" },
            { new StringContent("id,text\n1,one,too many\n2,two"), "file", "b.csv" },
        };
        using HttpResponseMessage response = await server.PostAsync(form, accept: "application/x-ndjson");
        AddDocumentsResponse[] lines = [.. (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize(line, AkinJson.Wire.AddDocumentsResponse)!)];
        Assert.Equal([("a.jsonl", 2L), ("b.csv", 2L)], lines.SelectMany(line => line.Rejected).Select(row => (row.File, row.Line!.Value)));
        Assert.Equal(["2", "a.jsonl:1"], (await server.AllAsync("notes")).Select(document => document.Id).Order(StringComparer.Ordinal));
        using MultipartFormDataContent broken = new() { { new StringContent("id,text\n3,\"never closed"), "file", "c.csv" } };
        Assert.Contains("'c.csv'", (await IndexServer.ProblemOf(await server.PostAsync(broken))).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain", "a", HttpStatusCode.UnsupportedMediaType, null)]
    [InlineData("application/json", "{\"documents\": {}}", HttpStatusCode.BadRequest, "documents")]
    [InlineData("application/json", "{\"documents\": [", HttpStatusCode.BadRequest, null)]
    [InlineData("multipart/form-data; boundary=x", "--x--\r\n", HttpStatusCode.BadRequest, "file")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\na\r\n--x--\r\n", HttpStatusCode.UnsupportedMediaType, "file")]
    [InlineData("multipart/form-data", "a", HttpStatusCode.BadRequest, null)]
    public async Task Body_OfAnotherKind_IsRefused(string type, string body, HttpStatusCode status, string? field)
    {
        using StringContent content = new(body, Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using HttpResponseMessage response = await server.PostAsync(content);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(field, (await IndexServer.ProblemOf(response)).Field);
        Assert.Empty(await server.AllAsync("notes"));
    }

    [Fact]
    public async Task Form_OfAPageFromElsewhere_IsRefused()
    {
        foreach ((string origin, HttpStatusCode status) in new[] { ("https://example.org", HttpStatusCode.Forbidden), ("null", HttpStatusCode.Forbidden), (server.Address.GetLeftPart(UriPartial.Authority), HttpStatusCode.OK) })
        {
            using MultipartFormDataContent form = new() { { new StringContent("{\"id\": \"1\", \"text\": \"a\"}"), "file", "a.jsonl" } };
            using HttpRequestMessage request = new(HttpMethod.Post, "/v1/indexes/notes/documents") { Content = form };
            request.Headers.Add("Origin", origin);
            Assert.Equal(status, (await server.Client.SendAsync(request)).StatusCode);
        }
    }

    [Fact]
    public async Task Lines_StillBeingSent_AreAcknowledgedAndFoundBeforeTheEnd()
    {
        using TcpClient connection = new();
        await connection.ConnectAsync(server.Address.Host, server.Address.Port);
        await using NetworkStream stream = connection.GetStream();
        await Write(stream, $"POST /v1/indexes/notes/documents HTTP/1.1\r\nHost: {server.Address.Authority}\r\nContent-Type: application/x-ndjson\r\nAccept: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
        await Chunk(stream, string.Concat(Enumerable.Range(0, 64).Select(i => $"{{\"id\": \"{i}\", \"text\": \"winter harbour {i}\"}}\n")));
        using StreamReader answer = new(stream, Encoding.UTF8, leaveOpen: true);
        AddDocumentsResponse first = await LineOf(answer);
        Assert.Equal((64, 64, null), (first.Rows, first.Added, first.Done));
        Assert.Equal("17", (await server.SearchAsync("notes", new IndexSearchRequest { Query = "harbour 17", Mode = "words", Count = 1 })).Hits[0].Id);

        await Chunk(stream, "{\"id\": \"0\", \"text\": \"changed\"}\nnothing\n");
        await Write(stream, "0\r\n\r\n");
        AddDocumentsResponse last = await LineOf(answer);
        Assert.Equal((66, 64, 1, 1, true), (last.Rows, last.Added, last.Updated, last.RejectedRows, last.Done));
    }

    [Fact]
    public async Task Connection_ThatBreaks_LeavesWholeBatchesAndAServerThatGoesOn()
    {
        using (TcpClient connection = new())
        {
            await connection.ConnectAsync(server.Address.Host, server.Address.Port);
            await using NetworkStream stream = connection.GetStream();
            await Write(stream, $"POST /v1/indexes/notes/documents HTTP/1.1\r\nHost: {server.Address.Authority}\r\nContent-Type: application/x-ndjson\r\nAccept: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
            await Chunk(stream, string.Concat(Enumerable.Range(0, 100).Select(i => $"{{\"id\": \"{i}\", \"text\": \"text {i}\"}}\n")));
            using StreamReader answer = new(stream, Encoding.UTF8, leaveOpen: true);
            Assert.Equal(64, (await LineOf(answer)).Rows);
            connection.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        Assert.Equal(64, (await server.AllAsync("notes")).Count);
        Assert.Equal(1, (await server.AddAsync("{\"id\": \"64\", \"text\": \"next\"}", "application/x-ndjson")).Added);
    }

    [Fact]
    public async Task Searches_WhileManyWrite_SeeEveryAcknowledgedDocument()
    {
        const int Writers = 3, Rounds = 6, PerRound = 20;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                string word = $"w{writer}r{round}";
                AddDocumentsResponse answer = await server.AddAsync(
                    string.Concat(Enumerable.Range(0, PerRound).Select(i => $"{{\"id\": \"{word}-{i}\", \"text\": \"{word} speaks of harbour {i}\", \"writer\": {writer}}}\n")), "application/x-ndjson");
                Assert.Equal(PerRound, answer.Added);
                IndexSearchResponse[] found = await Task.WhenAll(
                    server.SearchAsync("notes", new IndexSearchRequest { Query = word, Mode = "words", Count = 100 }),
                    server.SearchAsync("notes", new IndexSearchRequest { Query = word, Mode = "dense", Count = 1000, Filter = JsonElement.Parse($"{{\"writer\": {writer}}}") }),
                    server.SearchAsync("notes", new IndexSearchRequest { Query = word, Meaning = 0.5, Count = 1000 }));
                Assert.Equal(PerRound, found[0].Hits.Count);
                Assert.Equal((round + 1) * PerRound, found[1].Hits.Count);
                Assert.Equal(PerRound, found[2].Hits.Count(hit => hit.Id.StartsWith(word + "-", StringComparison.Ordinal)));
            }
        }));
        Assert.Equal(Writers * Rounds * PerRound, (await server.AllAsync("notes")).Count);
        IndexDescription description = JsonSerializer.Deserialize(await server.Client.GetStringAsync("/v1/indexes/notes"), AkinJson.Wire.IndexDescription)!;
        Assert.Equal([120L, 120L, 120L], Assert.Single(description.Fields).Values.Select(value => value.Count));
        Assert.Equal("script", description.LanguagesOf);
    }

    private static JsonObject Row(Random random, string id)
    {
        string[] texts = ["winter in the harbour", "\"quoted\", with comma", "두 줄\n텍스트", "", "冬天的港口"];
        return new JsonObject { ["id"] = id, ["title"] = texts[random.Next(texts.Length)], ["text"] = texts[random.Next(texts.Length)], ["lang"] = random.Next(2) == 0 ? "ko" : "en" };
    }

    private static string Id(JsonObject row) => row["id"]!.GetValue<string>();

    private static string Place(string id) => $"/v1/indexes/notes/documents/{Uri.EscapeDataString(id)}";

    private static string Text(JsonObject row) => $"{row["id"]}|{row["title"]}|{row["text"]}|{row["lang"]}";

    private static string Text(IndexDocument document) => $"{document.Id}|{document.Title}|{document.Text}|{document.Fields!["lang"].GetString()}";

    private static Task Write(NetworkStream stream, string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    private static Task Chunk(NetworkStream stream, string text) => Write(stream, $"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");

    /// <summary>The next line of a streamed answer, whatever chunks it comes in.</summary>
    private static async Task<AddDocumentsResponse> LineOf(StreamReader answer)
    {
        while (true)
        {
            string line = await answer.ReadLineAsync() ?? throw new EndOfStreamException();
            if (line.StartsWith('{'))
            {
                return JsonSerializer.Deserialize(line, AkinJson.Wire.AddDocumentsResponse)!;
            }
        }
    }
}
