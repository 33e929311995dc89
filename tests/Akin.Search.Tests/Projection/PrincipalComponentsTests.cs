using System.Text.Json;
using Akin.Search.Projection;

namespace Akin.Search.Tests.Projection;

public sealed class PrincipalComponentsTests
{
    private const int Dimension = 8;

    private static readonly JsonElement Golden = MetricsGolden.Read("reduce_cluster.json");

    private static readonly float[] Cloud = Golden.Floats("x");

    [Fact]
    public void Fit_OfGoldenVectors_EqualsScikitLearn()
    {
        JsonElement golden = Golden.GetProperty("pca");
        PrincipalComponents components = PrincipalComponents.Fit(Cloud, Dimension, 4);
        double[] places = new double[Cloud.Length / 2];
        components.Transform(Cloud, whiten: false, places);

        MetricsGolden.Near(golden.Doubles("mean"), components.Mean);
        MetricsGolden.Near(golden.Doubles("components"), components.Components);
        MetricsGolden.Near(golden.Doubles("explained_variance"), [.. components.ExplainedVariance]);
        MetricsGolden.Near(golden.Doubles("explained_variance_ratio"), [.. components.ExplainedVarianceRatio]);
        MetricsGolden.Near(golden.Doubles("singular_values"), [.. components.SingularValues]);
        MetricsGolden.Near(golden.Doubles("transformed"), places);
        MetricsGolden.Near([.. places.Select(place => (double)(float)place)], [.. components.Transform(Cloud).Select(place => (double)place)], 0);
    }

    [Fact]
    public void Transform_Whitened_EqualsScikitLearn()
    {
        double[] places = new double[Cloud.Length / 2];
        PrincipalComponents.Fit(Cloud, Dimension, 4).Transform(Cloud, whiten: true, places);
        MetricsGolden.Near(Golden.GetProperty("pca_whiten").Doubles("transformed"), places);
    }

    [Fact]
    public void Transform_Whitened_EqualsThePublishedWhiteningUpToSigns()
    {
        JsonElement golden = Golden.GetProperty("bert_whitening");
        double[] places = new double[Cloud.Length];
        PrincipalComponents.Fit(Cloud, Dimension, Dimension).Transform(Cloud, whiten: true, places);
        MetricsGolden.Near([.. golden.Doubles("transformed").Select(Math.Abs)], [.. places.Select(Math.Abs)]);
    }

    [Fact]
    public void Fit_OfFewerVectorsThanColumns_LeavesDirectionsWithoutVariance()
    {
        PrincipalComponents components = PrincipalComponents.Fit([1, 2, 3, 4, 2, 2, 3, 4], 4, 4);
        Assert.Equal(0.5, components.ExplainedVariance[0], 1e-12);
        Assert.All(components.ExplainedVariance.Skip(1), variance => Assert.Equal(0, variance, 1e-12));
        Assert.All(components.Transform([1, 2, 3, 4, 2, 2, 3, 4], whiten: true), place => Assert.InRange(place, -1, 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(64)]
    public void SymmetricEigen_OfRandomMatrix_RestoresIt(int size)
    {
        Random random = new(size);
        double[] matrix = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                matrix[(i * size) + j] = matrix[(j * size) + i] = random.NextDouble() - 0.5;
            }
        }

        (double[] values, double[] vectors) = SymmetricEigen.Decompose([.. matrix], size, CancellationToken.None);
        Assert.Equal(values.OrderDescending(), values);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                double restored = Enumerable.Range(0, size).Sum(k => values[k] * vectors[(k * size) + i] * vectors[(k * size) + j]);
                double product = Enumerable.Range(0, size).Sum(k => vectors[(i * size) + k] * vectors[(j * size) + k]);
                Assert.Equal(matrix[(i * size) + j], restored, 1e-12);
                Assert.Equal(i == j ? 1 : 0, product, 1e-12);
            }
        }
    }

    [Fact]
    public void SymmetricEigen_OfDiagonalAndZeroMatrix_NeedsNoSteps()
    {
        Assert.Equal([3, 2, 1], SymmetricEigen.Decompose([1, 0, 0, 0, 3, 0, 0, 0, 2], 3, CancellationToken.None).Values);
        Assert.Equal([0, 0], SymmetricEigen.Decompose(new double[4], 2, CancellationToken.None).Values);
    }

    [Fact]
    public void Fit_OfOneVector_IsRefused() => Assert.Throws<ArgumentException>(() => PrincipalComponents.Fit([1, 2], 2, 1));
}
