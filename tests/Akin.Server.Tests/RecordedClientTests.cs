using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Akin.Server.Tests;

/// <summary>What published Python clients have sent, byte for byte, against a server with an encoder, a re-ranker and a classifier (<c>tests/goldens/wire/http_clients</c>).</summary>
public sealed class RecordedClientTests(RecordedClientTests.ThreeModels fixture) : IClassFixture<RecordedClientTests.ThreeModels>
{
    private const string Folder = "http_clients";

    /// <summary>File, scenario, and the place of the request among the scenario's.</summary>
    public static TheoryData<string, string, int> Requests()
    {
        TheoryData<string, string, int> all = [];
        foreach (string file in Directory.EnumerateFiles(Repository.Golden("wire", Folder), "*-*.json").Order(StringComparer.Ordinal))
        {
            foreach (JsonNode? scenario in JsonNode.Parse(File.ReadAllBytes(file))!["scenarios"]!.AsArray())
            {
                // A client that tries again sends the same bytes.
                JsonArray requests = scenario!["requests"]!.AsArray();
                string[] bodies = [.. requests.Select(request => (string)request!["body_text"]!)];
                for (int i = 0; i < bodies.Length; i++)
                {
                    if (Array.IndexOf(bodies, bodies[i]) == i)
                    {
                        all.Add(Path.GetFileName(file), (string)scenario["name"]!, i);
                    }
                }
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_OfAPublishedClient_IsAnsweredAsThatClientNeeds(string file, string scenario, int index)
    {
        JsonNode recorded = Scenario(file, scenario);
        JsonNode request = recorded["requests"]![index]!;
        (HttpStatusCode status, JsonNode? answer) = await SendAsync(request);
        string path = ((string)request["path"]!).Split('?')[0];
        JsonNode? body = request["body"];
        if (IsWrong(body))
        {
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.NotEmpty(path.EndsWith("embeddings", StringComparison.Ordinal) ? (string)answer!["error"]!["message"]! : (string)answer!["message"]!);
            return;
        }

        Assert.True(status == HttpStatusCode.OK, $"{status}: {answer?.ToJsonString()}");
        RequireShape(path, body, answer!);
        foreach ((string field, JsonNode? verdict) in recorded["fields_left_out_of_the_answer"]?.AsObject() ?? [])
        {
            if (!((string)verdict!).StartsWith("ok", StringComparison.Ordinal) || ((string)verdict!).Contains("differs", StringComparison.Ordinal))
            {
                RequireField(answer!, field);
            }
        }
    }

    /// <summary>What the server refuses, and whoever sent it expects that: nothing to embed, nothing to rank, a picture.</summary>
    private static bool IsWrong(JsonNode? body) =>
        body is JsonObject fields
        && (fields["input"]?.ToJsonString() == "\"\"" || fields["query"]?.ToJsonString() == "\"\"" || fields.ContainsKey("images"));

    private static JsonNode Scenario(string file, string name) =>
        JsonNode.Parse(File.ReadAllBytes(Repository.Golden("wire", Folder, file)))!["scenarios"]!.AsArray().Single(scenario => (string)scenario!["name"]! == name)!;

    private static void RequireShape(string path, JsonNode? body, JsonNode answer)
    {
        switch (path)
        {
            case "/v1/models":
                Assert.Contains("akin-model", answer["data"]!.AsArray().Select(model => (string)model!["id"]!));
                break;
            case "/v1/models/akin-model":
                Assert.Equal("akin-model", (string)answer["id"]!);
                break;
            case { } when path.EndsWith("embeddings", StringComparison.Ordinal):
                JsonArray data = answer["data"]!.AsArray();
                Assert.Equal(InputCount(body!["input"]!), data.Count);
                bool isBase64 = (string?)body["encoding_format"] == "base64";
                int? dimensions = (int?)body["dimensions"];
                Assert.All(data, item => Assert.Equal(
                    dimensions ?? 384, isBase64 ? Convert.FromBase64String((string)item!["embedding"]!).Length / sizeof(float) : item!["embedding"]!.AsArray().Count));
                Assert.True((int)answer["usage"]!["total_tokens"]! > 0);
                break;
            case { } when body!["texts"] is JsonArray texts && path.EndsWith("embed", StringComparison.Ordinal):
                JsonNode embeddings = answer["embeddings"]!;
                JsonArray? types = body["embedding_types"]?.AsArray();
                Assert.Equal(types is null && path != "/v2/embed" ? "embeddings_floats" : "embeddings_by_type", (string)answer["response_type"]!);
                Assert.All(types?.Select(type => (string)type!) ?? [], type => Assert.Equal(texts.Count, embeddings[type]!.AsArray().Count));
                Assert.True((int)answer["meta"]!["billed_units"]!["input_tokens"]! > 0);
                break;
            case { } when body!["documents"] is JsonArray documents:
                JsonArray results = (answer["results"] ?? answer["data"])!.AsArray();
                Assert.Equal(Math.Min(documents.Count, (int?)(body["top_n"] ?? body["top_k"]) ?? int.MaxValue), results.Count);
                float[] scores = [.. results.Select(result => (float)result!["relevance_score"]!)];
                Assert.Equal(scores.OrderDescending(), scores);
                Assert.All(results, result => Assert.InRange((int)result!["index"]!, 0, documents.Count - 1));
                Assert.Equal((bool?)body["return_documents"] == true, results[0]!["document"] is not null);
                break;
            case "/rerank":
                Assert.Equal([0, 1, 2], answer.AsArray().Select(result => (int)result!["index"]!).Order());
                break;
            case "/predict":
                Assert.All(answer.AsArray(), label => Assert.NotEmpty((string)label!["label"]!));
                break;
            case { } when body["inputs"] is JsonObject inputs:
                Assert.Equal(inputs["sentences"]!.AsArray().Count, answer.AsArray().Count);
                Assert.All(answer.AsArray(), cosine => Assert.InRange((float)cosine!, -1.001f, 1.001f));
                break;
            default:
                Assert.Equal(InputCount(body!["inputs"]!), answer.AsArray().Count);
                Assert.All(answer.AsArray(), vector => Assert.Equal(384, vector!.AsArray().Count));
                break;
        }
    }

    private static int InputCount(JsonNode input) => input is JsonArray list && list[0]!.GetValueKind() != JsonValueKind.Number ? list.Count : 1;

    /// <summary>A path such as <c>data.0.embedding</c>.</summary>
    private static void RequireField(JsonNode answer, string path)
    {
        JsonNode? node = answer;
        foreach (string step in path.Split('.'))
        {
            node = int.TryParse(step, out int index) ? node![index] : node![step];
            Assert.True(node is not null, $"The client needs {path}, and it is not in {answer.ToJsonString()}.");
        }
    }

    private async Task<(HttpStatusCode Status, JsonNode? Answer)> SendAsync(JsonNode recorded)
    {
        using HttpRequestMessage request = new(new HttpMethod((string)recorded["method"]!), (string)recorded["path"]!);
        if (recorded["body"] is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes((string)recorded["body_text"]!));
        }

        foreach ((string name, JsonNode? value) in recorded["headers"]!.AsObject())
        {
            if (name is not ("host" or "content-length" or "connection" or "accept-encoding" or "transfer-encoding") && !request.Headers.TryAddWithoutValidation(name, (string)value!))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (string)value!);
            }
        }

        using HttpResponseMessage response = await fixture.Server.Client.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync()));
    }

    /// <summary>The server, with the names that the clients have used.</summary>
    public sealed class ThreeModels : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("akin-server-").FullName;

        internal RunningServer Server { get; private set; } = null!;

        /// <inheritdoc/>
        public async Task InitializeAsync()
        {
            string reranker = TinyModel.In(Path.Combine(_folder, "reranker"), "cross_encoder_bce"), classifier = TinyModel.In(Path.Combine(_folder, "classifier"));
            Server = await RunningServer.StartAsync(options => options.Models =
            [
                .. new[] { "akin-model", "akin-embed", "akin" }.Select(name => $"{name}={RunningServer.BundledModel}"),
                .. new[] { "akin-rerank", "akin", "jina-reranker-v1-base-en" }.Select(name => $"{name}={reranker}"),
                $"classifier={classifier}",
            ]);
        }

        /// <inheritdoc/>
        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
