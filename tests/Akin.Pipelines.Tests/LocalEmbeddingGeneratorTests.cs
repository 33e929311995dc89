using Microsoft.Extensions.AI;

namespace Akin.Pipelines.Tests;

public class LocalEmbeddingGeneratorTests
{
    [Fact]
    public async Task Generate_Texts_GivesTheModelsEmbeddingsAndTheirTokens()
    {
        SentenceTransformer model = TinyModels.Load("mean-normalize");
        IEmbeddingGenerator<string, Embedding<float>> generator = model.AsEmbeddingGenerator();
        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(TinyModels.Texts);

        Assert.Equal(model.Encode(TinyModels.Texts), embeddings.Select(embedding => embedding.Vector.ToArray()));
        long tokens = TinyModels.Texts.Sum(text => Math.Min(model.Tokenizer.Encode(text.Trim()).Ids.Length, model.MaxSequenceLength));
        Assert.Equal(tokens, embeddings.Usage!.InputTokenCount);
        Assert.All(embeddings, embedding => Assert.Equal(model.Name, embedding.ModelId));
    }

    [Fact]
    public async Task Generate_FewerDimensions_KeepsTheFirst()
    {
        SentenceTransformer model = TinyModels.Load("mean");
        GeneratedEmbeddings<Embedding<float>> embeddings = await model.AsEmbeddingGenerator().GenerateAsync(["one"], new EmbeddingGenerationOptions { Dimensions = 5, ModelId = model.Name });
        Assert.Equal(model.Encode("one")[..5], embeddings[0].Vector.ToArray());
    }

    [Fact]
    public async Task Generate_DimensionsThatTheModelHasNot_AreRefused()
    {
        IEmbeddingGenerator<string, Embedding<float>> generator = TinyModels.Load("mean").AsEmbeddingGenerator();
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync(["one"], new EmbeddingGenerationOptions { Dimensions = 17 }));
        Assert.Contains("1 to 16 dimensions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_AnotherModel_IsRefused()
    {
        IEmbeddingGenerator<string, Embedding<float>> generator = TinyModels.Load("mean").AsEmbeddingGenerator();
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync(["one"], new EmbeddingGenerationOptions { ModelId = "gpt" }));
        Assert.Contains("'gpt'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_WithAPrompt_PutsItInFront()
    {
        SentenceTransformer model = TinyModels.Load("prompts");
        IEmbeddingGenerator<string, Embedding<float>> queries = model.AsEmbeddingGenerator(new EmbeddingOptions { PromptName = "query" });
        ReadOnlyMemory<float> vector = await queries.GenerateVectorAsync(TinyModels.Texts[0]);
        Assert.Equal(model.EncodeQueries([TinyModels.Texts[0]])[0], vector.ToArray());
    }

    [Fact]
    public async Task Generate_FromManyThreadsAtOnce_GivesTheSame()
    {
        SentenceTransformer model = TinyModels.Load("mean");
        IEmbeddingGenerator<string, Embedding<float>> generator = model.AsEmbeddingGenerator();
        GeneratedEmbeddings<Embedding<float>>[] answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => generator.GenerateAsync([$"text {i}", "other"])));
        Assert.All(answers.Index(), answer => Assert.Equal(model.Encode($"text {answer.Index}"), answer.Item[0].Vector.ToArray()));
    }

    [Fact]
    public async Task Generate_Cancelled_Stops()
    {
        IEmbeddingGenerator<string, Embedding<float>> generator = TinyModels.Load("mean").AsEmbeddingGenerator();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => generator.GenerateAsync(["one"], cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void GetService_KnowsModelAndMetadata()
    {
        SentenceTransformer model = TinyModels.Load("mean");
        IEmbeddingGenerator<string, Embedding<float>> generator = model.AsEmbeddingGenerator();
        EmbeddingGeneratorMetadata metadata = generator.GetRequiredService<EmbeddingGeneratorMetadata>();
        Assert.Equal(("akin", model.Name, 16), (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Same(model, generator.GetService<SentenceTransformer>());
        Assert.Same(generator, generator.GetService<IEmbeddingGenerator<string, Embedding<float>>>());
        Assert.Null(generator.GetService<string>());
        Assert.Null(generator.GetService(typeof(SentenceTransformer), "key"));
    }
}
