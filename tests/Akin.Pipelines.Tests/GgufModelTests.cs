namespace Akin.Pipelines.Tests;

public sealed class GgufModelTests
{
    [Fact]
    public void FromPretrained_BareFile_IsAWholeModel()
    {
        SentenceTransformer model = SentenceTransformer.FromPretrained(Repository.Golden("models", "gguf", "tiny-bert.gguf"));
        Assert.Equal(32, model.Dimension);
        Assert.Equal(16, model.MaxSequenceLength);
        Assert.Equal([0, 4, 5, 6, 4, 12, 13, 2], model.Tokenize("ab 가나"));
        Assert.NotNull(((Search.IEncoder)model).ModelFingerprint);

        // Its file asks for the first token, which the mean of the same tokens is not.
        SentenceTransformer mean = SentenceTransformer.Create(Repository.Golden("models", "gguf", "tiny-bert.gguf"), new SentenceTransformerParts());
        Assert.NotEqual(mean.Encode("ab 가나"), model.Encode("ab 가나"));
    }

    [SharedFact("models/multilingual-e5-small-cjk")]
    public void FromPretrained_PublishedFolder_UsesWhatItHolds()
    {
        SentenceTransformer model = SentenceTransformer.FromPretrained(Repository.Shared("models", "multilingual-e5-small-cjk"));
        Assert.Equal("query", model.DefaultPromptName);
        float[][] vectors = model.Encode(["고양이가 소파에서 잔다.", "A cat sleeps on the sofa.", "利率昨天上升了。"]);
        Assert.True(EmbeddingSimilarity.Similarity(SimilarityFunction.Cosine, vectors[0], vectors[1]) > EmbeddingSimilarity.Similarity(SimilarityFunction.Cosine, vectors[0], vectors[2]));
    }
}
