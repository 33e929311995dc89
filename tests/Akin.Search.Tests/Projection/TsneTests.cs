using System.Xml.Linq;
using Akin.Search.Projection;

namespace Akin.Search.Tests.Projection;

public sealed class TsneTests
{
    private const int Dimension = 10;

    [Fact]
    public void Place_OfBlobs_KeepsThemApart()
    {
        (float[] vectors, int[] groups) = Blobs(240, 6);
        PlanePoint[] points = Tsne.Place(vectors, Dimension, new TsneOptions { Iterations = 500 });

        int alike = 0;
        for (int i = 0; i < points.Length; i++)
        {
            int nearest = Enumerable.Range(0, points.Length).Where(other => other != i).MinBy(other => Squared(points[i], points[other]));
            alike += groups[i] == groups[nearest] ? 1 : 0;
        }

        Assert.Equal(points.Length, alike);
    }

    [Fact]
    public void Place_Twice_GivesTheSamePicture()
    {
        (float[] vectors, _) = Blobs(60, 3);
        TsneOptions options = new() { Iterations = 100 };
        Assert.Equal(Tsne.Place(vectors, Dimension, options), Tsne.Place(vectors, Dimension, options));
    }

    [Fact]
    public void Forces_Exact_AreTheGradientOfTheDivergence()
    {
        (float[] vectors, _) = Blobs(25, 3);
        NeighborAffinities affinities = NeighborAffinities.Measure(vectors, Dimension, 5, CancellationToken.None);
        Assert.Equal(1, affinities.Values.Sum(), 1e-12);
        PlanePoint[] points = Scattered(25);
        PlanePoint[] gradient = new TsneForces(affinities, coarseness: 0).Gradient(points, exaggeration: 1);
        for (int i = 0; i < points.Length; i++)
        {
            const double Step = 1e-5;
            PlanePoint[] right = [.. points];
            PlanePoint[] left = [.. points];
            right[i] = right[i] with { X = right[i].X + Step };
            left[i] = left[i] with { X = left[i].X - Step };
            Assert.Equal((Divergence(affinities, right) - Divergence(affinities, left)) / (2 * Step), gradient[i].X, 1e-8);
        }
    }

    [Fact]
    public void Forces_Coarse_AreNearTheExactOnes()
    {
        (float[] vectors, _) = Blobs(400, 4);
        NeighborAffinities affinities = NeighborAffinities.Measure(vectors, Dimension, 20, CancellationToken.None);
        PlanePoint[] points = Scattered(400);
        PlanePoint[] exact = new TsneForces(affinities, coarseness: 0).Gradient(points, 1);
        PlanePoint[] coarse = new TsneForces(affinities, coarseness: 0.5).Gradient(points, 1);
        double error = exact.Zip(coarse, Squared).Sum();
        Assert.InRange(error / exact.Sum(force => Squared(force, default)), 1e-12, 1e-3);
    }

    [Fact]
    public void QuadTree_OfEqualPoints_DoesNotDivideForEver()
    {
        QuadTree tree = new();
        tree.Build([new(1, 1), new(1, 1), new(1, 1), new(2, 2)]);
        (double x, double y, double sum) = tree.Repulsion(new PlanePoint(1, 1), coarseness: 0);
        Assert.Equal(2 + (1 / 3.0), sum, 1e-12);
        Assert.Equal(-1 / 9.0, x, 1e-12);
        Assert.Equal(-1 / 9.0, y, 1e-12);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Place_OfFewOrEqualVectors_GivesFinitePlaces(int count)
    {
        PlanePoint[] points = Tsne.Place(new float[count * Dimension], Dimension, new TsneOptions { Iterations = 50 });
        Assert.All(points, point => Assert.True(double.IsFinite(point.X) && double.IsFinite(point.Y)));
        points = Tsne.Place(Blobs(count, 2).Vectors, Dimension, new TsneOptions { Iterations = 300 });
        Assert.All(points, point => Assert.True(double.IsFinite(point.X) && double.IsFinite(point.Y)));
    }

    [Fact]
    public void ScatterPlot_OfPoints_IsOneSvgThatAsksForNothing()
    {
        string svg = new ScatterPlot
        {
            Points = [new(0, 0), new(1, 2), new(3, 1)],
            Title = "뉴스 <제목>",
            Groups = ["정치", "社会", "정치"],
            Labels = ["a&b", "둘", "c\u0002"],
        }.ToSvg();
        XElement root = XDocument.Parse(svg).Root!;
        XNamespace ns = root.Name.Namespace;
        Assert.Equal(["뉴스 <제목>", "정치", "社会"], root.Elements(ns + "text").Select(text => text.Value));
        Assert.Equal(["a&b", "둘", "c\uFFFD"], root.Descendants(ns + "title").Select(title => title.Value));
        Assert.DoesNotContain("href", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void ScatterPlot_OfOneOrNoPoint_IsDrawn()
    {
        Assert.NotNull(XDocument.Parse(new ScatterPlot { Points = [new(5, 5)] }.ToSvg()).Root);
        Assert.NotNull(XDocument.Parse(new ScatterPlot { Points = [] }.ToSvg()).Root);
        Assert.Throws<ArgumentException>(() => new ScatterPlot { Points = [new(5, double.NaN)] }.ToSvg());
        Assert.Throws<ArgumentException>(() => new ScatterPlot { Points = [new(5, 5)], Groups = ["a", "b"] }.ToSvg());
    }

    private static double Divergence(NeighborAffinities affinities, PlanePoint[] points)
    {
        double total = 0;
        for (int i = 0; i < points.Length; i++)
        {
            total += Enumerable.Range(0, points.Length).Where(j => j != i).Sum(j => 1 / (1 + Squared(points[i], points[j])));
        }

        double sum = 0;
        for (int i = 0; i < points.Length; i++)
        {
            for (int j = affinities.Starts[i]; j < affinities.Starts[i + 1]; j++)
            {
                double q = 1 / (1 + Squared(points[i], points[affinities.Neighbors[j]])) / total;
                sum += affinities.Values[j] == 0 ? 0 : affinities.Values[j] * Math.Log(affinities.Values[j] / q);
            }
        }

        return sum;
    }

    private static double Squared(PlanePoint first, PlanePoint second) =>
        ((first.X - second.X) * (first.X - second.X)) + ((first.Y - second.Y) * (first.Y - second.Y));

    private static PlanePoint[] Scattered(int count)
    {
        Random random = new(3);
        return [.. Enumerable.Range(0, count).Select(_ => new PlanePoint(random.NextDouble() * 10, random.NextDouble() * 10))];
    }

    private static (float[] Vectors, int[] Groups) Blobs(int count, int groupCount)
    {
        Random random = new(11);
        double[] centers = [.. Enumerable.Range(0, groupCount * Dimension).Select(_ => (random.NextDouble() * 10) - 5)];
        int[] groups = [.. Enumerable.Range(0, count).Select(i => i % groupCount)];
        float[] vectors = [.. groups.SelectMany(group => Enumerable.Range(0, Dimension).Select(i => (float)(centers[(group * Dimension) + i] + random.NextDouble())))];
        return (vectors, groups);
    }
}
