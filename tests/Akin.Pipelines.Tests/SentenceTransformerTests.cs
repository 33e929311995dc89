using System.Text.Json.Nodes;
using Akin.Kernels;

namespace Akin.Pipelines.Tests;

public class SentenceTransformerTests
{
    /// <summary>The goldens were computed in float64 from float32 weights; the outputs are of order 1.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [MemberData(nameof(TinyModels.Names), MemberType = typeof(TinyModels))]
    public void Encode_TinyModel_EqualsPython(string name)
    {
        JsonNode record = TinyModels.Record(name);
        SentenceTransformer model = TinyModels.Load(name);
        using GoldenTensors outputs = TinyModels.Outputs();

        Assert.Equal((int)record["max_seq_length"]!, model.MaxSequenceLength);
        Assert.Equal((int)record["dimension"]!, model.Dimension);
        Assert.Equal((string)record["similarity"]!, model.SimilarityFunction.ToString().ToLowerInvariant());
        foreach (JsonNode? call in record["encode"]!.AsArray())
        {
            JsonNode options = call!["options"]!;
            float[][] embeddings = model.Encode(
                TinyModels.Texts,
                new EmbeddingOptions
                {
                    Normalize = (bool?)options["normalize_embeddings"] ?? false,
                    PromptName = (string?)options["prompt_name"],
                    Prompt = (string?)options["prompt"],
                });
            Near.Equal(outputs.Rows((string)call["tensor"]!), embeddings, Tolerance);
        }
    }

    [Theory]
    [InlineData("prompts")]
    [InlineData("prompts-excluded")]
    public void EncodeQueriesAndDocuments_ModelWithPrompts_EqualPython(string name)
    {
        SentenceTransformer model = TinyModels.Load(name);
        using GoldenTensors outputs = TinyModels.Outputs();
        Near.Equal(outputs.Rows($"{name}/encode_query"), model.EncodeQueries(TinyModels.Texts), Tolerance);
        Near.Equal(outputs.Rows($"{name}/encode_document"), model.EncodeDocuments(TinyModels.Texts), Tolerance);
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("mean-normalize")]
    [InlineData("prompts-excluded")]
    [InlineData("truncate-dim")]
    public void Similarity_TinyModel_EqualsPython(string name)
    {
        SentenceTransformer model = TinyModels.Load(name);
        using GoldenTensors outputs = TinyModels.Outputs();
        float[][] embeddings = outputs.Rows($"{name}/default")[..6];
        Near.Equal(outputs.Rows($"{name}/similarity"), model.Similarity(embeddings, embeddings), Tolerance);
    }

    [Theory]
    [InlineData("all-modes")]
    [InlineData("mean-layernorm-dense-normalize")]
    [InlineData("prompts-excluded")]
    public void Encode_OtherBatchesOrdersAndThreads_GiveTheSameBits(string name)
    {
        using WorkerPool two = new(2);
        SentenceTransformer model = SentenceTransformer.FromPretrained(TinyModels.Folder(name), new SentenceTransformerOptions { Pool = WorkerPool.Serial });
        SentenceTransformer threaded = SentenceTransformer.FromPretrained(TinyModels.Folder(name), new SentenceTransformerOptions { Pool = two });
        string[] texts = TinyModels.Texts;
        float[][] alone = [.. texts.Select(text => model.Encode(text))];

        Assert.Equal(alone, model.Encode(texts));
        Assert.Equal(alone, threaded.Encode(texts));
        foreach (int batchTokens in (int[])[1, 7, 40, 100_000])
        {
            Assert.Equal(alone, threaded.Encode(texts, new EmbeddingOptions { BatchTokens = batchTokens }));
        }

        Random random = new(5);
        for (int round = 0; round < 20; round++)
        {
            int[] picks = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(texts.Length))];
            float[][] together = threaded.Encode([.. picks.Select(pick => texts[pick])], new EmbeddingOptions { BatchTokens = random.Next(1, 400) });
            Assert.Equal(picks.Select(pick => alone[pick]), together);
        }
    }

    [Fact]
    public void Encode_RepeatedTexts_GivesEachTheSameBitsAndCountsThemAll()
    {
        SentenceTransformer model = TinyModels.Load("mean-normalize");
        string[] texts = [.. Enumerable.Range(0, 50).Select(index => TinyModels.Texts[index * index % 7])];
        List<int> reported = [];

        float[][] embeddings = model.Encode(texts, progress: new Recorder(reported));
        Assert.Equal(texts.Select(text => model.Encode(text)), embeddings);
        Assert.NotSame(embeddings[0], embeddings[7]);
        Assert.Equal(texts.Length, reported[^1]);
    }

    [Fact]
    public void Encode_MoreTextsThanAWindow_KeepsTheirOrder()
    {
        SentenceTransformer model = TinyModels.Load("mean-normalize");
        string[] texts = [.. Enumerable.Range(0, 9000).Select(index => TinyModels.Texts[index % TinyModels.Texts.Length])];
        float[][] few = model.Encode(TinyModels.Texts);
        List<int> reported = [];

        float[][] many = model.Encode(texts, progress: new Recorder(reported));
        Assert.Equal(Enumerable.Range(0, texts.Length).Select(index => few[index % few.Length]), many);
        Assert.Equal(reported.Order(), reported);
        Assert.Equal(texts.Length, reported[^1]);
    }

    [Fact]
    public void Encode_IntoMemory_IsTheSame()
    {
        SentenceTransformer model = TinyModels.Load("cls-max-mean");
        float[] matrix = new float[TinyModels.Texts.Length * model.Dimension];
        model.Encode(TinyModels.Texts, matrix);
        Assert.Equal(model.Encode(TinyModels.Texts).SelectMany(row => row), matrix);
        Assert.Throws<ArgumentException>(() => model.Encode(TinyModels.Texts, new float[3]));
    }

    [Fact]
    public async Task EncodeAsync_Stream_GivesTheSameEmbeddingsInOrder()
    {
        SentenceTransformer model = TinyModels.Load("mean");
        string[] texts = [.. Enumerable.Range(0, 1100).Select(index => TinyModels.Texts[index % TinyModels.Texts.Length])];
        List<float[]> streamed = [];
        await foreach (float[] embedding in model.EncodeAsync(Stream(texts)))
        {
            streamed.Add(embedding);
        }

        Assert.Equal(model.Encode(texts), streamed);
    }

    [Fact]
    public async Task EncodeAsync_Cancelled_Stops()
    {
        SentenceTransformer model = TinyModels.Load("mean");
        using CancellationTokenSource source = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (float[] _ in model.EncodeAsync(Stream(Enumerable.Repeat("text", 5000)), cancellationToken: source.Token))
            {
                await source.CancelAsync();
            }
        });
    }

    [Fact]
    public void Encode_Cancelled_StopsBetweenBatchesAndTheModelStaysUsable()
    {
        SentenceTransformer model = TinyModels.Load("mean");
        using CancellationTokenSource source = new();
        string[] texts = [.. Enumerable.Range(0, 500).Select(static index => string.Join(' ', $"{index:b9}".Select(static digit => digit == '0' ? "a" : "text")))];
        int done = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => model.Encode(
            texts,
            new EmbeddingOptions { BatchTokens = 16 },
            new Callback(count =>
            {
                done = count;
                source.Cancel();
            }),
            source.Token));
        Assert.InRange(done, 1, 20);
        Assert.Equal(model.Encode(texts[^1]), model.Encode(texts)[^1]);
    }

    [Fact]
    public void Encode_TextThatIsNull_IsRefusedByItsPlace() =>
        Assert.Contains("Text 1", Assert.Throws<ArgumentException>(() => TinyModels.Load("mean").Encode(["a text", null!])).Message);

    [Fact]
    public void Encode_NoTexts_GivesNoEmbeddings() => Assert.Empty(TinyModels.Load("mean").Encode(Array.Empty<string>()));

    [Fact]
    public void Encode_UnknownPromptName_ListsTheModelsPrompts()
    {
        SentenceTransformerException error = Assert.Throws<SentenceTransformerException>(
            () => TinyModels.Load("prompts").Encode("text", new EmbeddingOptions { PromptName = "title" }));
        Assert.Contains("'title'", error.Message);
        Assert.Contains("passage", error.Message);
    }

    [Fact]
    public void EncodeTokenIds_IdsOfTexts_GiveTheEmbeddingsOfTexts()
    {
        SentenceTransformer model = TinyModels.Load("classic-v2");
        int[][] ids = [.. TinyModels.Texts.Select(text => model.Tokenizer.Encode(text, options: new() { Truncation = new(model.MaxSequenceLength) }).Ids)];
        float[] matrix = new float[ids.Length * model.Dimension];
        model.EncodeTokenIds(ids, matrix);
        Assert.Equal(model.Encode(TinyModels.Texts).SelectMany(row => row), matrix);
    }

    [Fact]
    public void EncodeTokenIds_ModelWithoutTokenizer_GivesTheSameEmbeddings()
    {
        SentenceTransformer model = TinyModels.Load("classic-v2");
        SentenceTransformer bare = SentenceTransformer.FromPretrained(TinyModels.Folder("classic-v2"), new SentenceTransformerOptions { WithoutTokenizer = true });
        float[] embedding = new float[model.Dimension];
        bare.EncodeTokenIds([model.Tokenizer.Encode("a text").Ids], embedding);
        Assert.Equal(model.Encode("a text"), embedding);
        Assert.Contains("WithoutTokenizer", Assert.Throws<InvalidOperationException>(() => bare.Encode("a text")).Message);
    }

    [Theory]
    [InlineData("all-modes")]
    [InlineData("mean-layernorm-dense-normalize")]
    [InlineData("prompts")]
    [InlineData("classic-v2-dense")]
    public void Encode_WarmAndIntoMemory_AllocatesNothing(string name)
    {
        SentenceTransformer model = SentenceTransformer.FromPretrained(TinyModels.Folder(name), new SentenceTransformerOptions { Pool = WorkerPool.Serial });
        string[] texts = TinyModels.Texts;
        int[][] ids = [.. texts.Select(text => model.Tokenizer.Encode(text, options: new() { Truncation = new(model.MaxSequenceLength) }).Ids)];
        float[] matrix = new float[texts.Length * model.Dimension];
        EmbeddingOptions options = new() { BatchTokens = 100 };
        Assert.Equal(0, Allocations.During(() => model.Encode(texts, matrix, options)));
        Assert.Equal(0, Allocations.During(() => model.EncodeTokenIds(ids, matrix, options)));
    }

    private static async IAsyncEnumerable<string> Stream(IEnumerable<string> texts)
    {
        foreach (string text in texts)
        {
            await Task.Yield();
            yield return text;
        }
    }

    private sealed class Recorder(List<int> reported) : IProgress<int>
    {
        public void Report(int value) => reported.Add(value);
    }

    private sealed class Callback(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
