namespace Akin.Pipelines.Tests;

public class EmbeddingSimilarityTests
{
    /// <summary>Float32 sums over 384 dimensions against float64 ones; Manhattan distances are of order 20.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(SimilarityFunction.Cosine, "cos_sim")]
    [InlineData(SimilarityFunction.Dot, "dot_score")]
    [InlineData(SimilarityFunction.Euclidean, "euclidean_sim")]
    [InlineData(SimilarityFunction.Manhattan, "manhattan_sim")]
    public void MatrixAndPairwise_GoldenVectors_EqualPython(SimilarityFunction function, string name)
    {
        using GoldenTensors golden = new("models", "sentence", "minilm", "similarity.safetensors");
        float[][] left = golden.Rows("a");
        float[][] right = golden.Rows("b");
        Near.Equal(golden.Rows(name), EmbeddingSimilarity.Matrix(function, left, right), Tolerance);
        Near.Equal([golden.Vector($"pairwise_{name}")], [EmbeddingSimilarity.Pairwise(function, left[..right.Length], right)], Tolerance);
    }

    [Fact]
    public void Similarity_OfZeros_IsZero() => Assert.Equal(0, EmbeddingSimilarity.Similarity(SimilarityFunction.Cosine, [0f, 0f], [1f, 0f]));

    [Fact]
    public void Similarity_OfDifferentDimensions_IsRefused() =>
        Assert.Throws<ArgumentException>(() => EmbeddingSimilarity.Similarity(SimilarityFunction.Dot, [1f], [1f, 2f]));
}
