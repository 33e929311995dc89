using Akin.Search;

namespace Akin.Pipelines.Tests;

/// <summary>A model as the encoder of an index.</summary>
public sealed class SemanticSearchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("akin-search-").FullName;

    [Fact]
    public void Search_WithAModelOfPrompts_UsesTheQuestionPromptForQuestionsAndTheOtherForDocuments()
    {
        SentenceTransformer model = SentenceTransformer.FromPretrained(TinyModels.Folder("prompts"));
        using SemanticIndex index = SemanticIndex.OpenOrCreate(_folder, model);
        index.Add([new Document("a", "a small dog"), new Document("b", "rain over the sea")]);
        SearchHit[] hits = [.. index.Search("the weather", count: 2)];

        float[] query = model.EncodeQueries(["the weather"])[0];
        float[][] documents = model.EncodeDocuments(["a small dog", "rain over the sea"]);
        float[] expected = [.. documents.Select(document => EmbeddingSimilarity.Similarity(SimilarityFunction.Cosine, query, document)).OrderDescending()];
        Assert.Equal(expected[0], hits[0].Score, 1e-6);
        Assert.Equal(expected[1], hits[1].Score, 1e-6);
        Assert.Equal(Path.GetFullPath(TinyModels.Folder("prompts")), index.Store.Facts.Model);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
