using System.Text.Json;
using Akin.Pipelines;

namespace Akin.Cli.Tests;

/// <summary>The published npm packages <c>openai</c> and <c>cohere-ai</c>, unmodified, against a running <c>akin serve</c>.</summary>
public sealed class ServeClientTests : IDisposable
{
    private static readonly string[] Texts = ["How do I return a parcel?", "Parcels can be returned within 14 days.", "환불은 영업일 기준 3일 안에 처리됩니다.", "退款将在三天内处理。"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NodeFact]
    public void JavaScriptClients_OfOpenAiAndCohere_GetTheLibrarysOwnNumbers()
    {
        string keys = _folder.Write("keys.txt", "read:reader-key");
        string model = Path.Combine(Repository.Root, "models", "akin-mini-ko-zh-en"), reranker = TinyModels.CrossEncoder();
        using AkinProcess server = AkinProcess.Start(["serve", "--urls", "http://127.0.0.1:0", "--model", model, "--model", $"rerank={reranker}", "--api-key-file", keys]);
        string address = ServeVerbTests.Address(server).ToString().TrimEnd('/');
        string script = Path.Combine(Repository.Root, "tests", "Akin.Cli.Tests", "clients", "clients.mjs");
        JsonElement answer = JsonElement.Parse(NodePackages.Run(script, JsonSerializer.Serialize(Texts), address));
        server.Terminate();
        Assert.Equal(0, server.Wait().ExitCode);

        SentenceTransformer encoder = SentenceTransformer.FromPretrained(model);
        float[][] expected = encoder.Encode(Texts, new EmbeddingOptions { Normalize = true });
        RankedDocument[] ranked = [.. CrossEncoder.FromPretrained(reranker, new CrossEncoderOptions { Activation = ScoreActivation.Sigmoid }).Rank(Texts[0], Texts)];
        int tokens = Texts.Sum(text => encoder.Tokenize(text).Length);

        Assert.Equal(["akin-mini-ko-zh-en", "rerank"], answer.GetProperty("models").EnumerateArray().Select(id => id.GetString()));
        JsonElement openAi = answer.GetProperty("openai");
        Assert.Equal(expected, Vectors(openAi.GetProperty("byDefault")));
        Assert.Equal(expected, Vectors(openAi.GetProperty("asFloats")));
        Assert.Equal(encoder.Encode(Texts[0], new EmbeddingOptions { Normalize = true, TruncateDimension = 8 }), Vector(openAi.GetProperty("cut")));
        Assert.Equal(tokens, openAi.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.Equal(404, openAi.GetProperty("notFound").GetProperty("status").GetInt32());
        Assert.Equal(400, openAi.GetProperty("empty").GetProperty("status").GetInt32());
        Assert.Contains("input is empty", openAi.GetProperty("empty").GetProperty("message").GetString());
        Assert.Equal(401, openAi.GetProperty("unauthorized").GetProperty("status").GetInt32());

        JsonElement cohere = answer.GetProperty("cohere");
        Assert.Equal(expected, Vectors(cohere.GetProperty("embedded")));
        Assert.Equal(expected, Vectors(cohere.GetProperty("embeddedV2")));
        Assert.Equal(tokens, cohere.GetProperty("billed").GetInt32());
        Assert.All(cohere.GetProperty("bytes").EnumerateArray(), length => Assert.Equal(384, length.GetInt32()));
        Assert.All(cohere.GetProperty("bits").EnumerateArray(), length => Assert.Equal(48, length.GetInt32()));
        Assert.Equal(
            ranked.Take(2).Select(document => (document.CorpusId, document.Score, Texts[document.CorpusId])),
            cohere.GetProperty("ranked").EnumerateArray().Select(result => (result[0].GetInt32(), result[1].GetSingle(), result[2].GetString()!)));
        Assert.Equal(ranked.Select(document => document.CorpusId), cohere.GetProperty("rankedV2").EnumerateArray().Select(result => result[0].GetInt32()));
        Assert.Equal(400, cohere.GetProperty("empty").GetProperty("status").GetInt32());
    }

    private static float[][] Vectors(JsonElement list) => [.. list.EnumerateArray().Select(Vector)];

    private static float[] Vector(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetSingle())];
}
