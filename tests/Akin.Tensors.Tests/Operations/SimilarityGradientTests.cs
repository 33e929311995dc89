using Akin.Kernels;
using Akin.Tensors.Operations;

namespace Akin.Tensors.Tests.Operations;

/// <summary>Similarities, distances and pooling against central differences in double, at random shapes.</summary>
public sealed class SimilarityGradientTests
{
    private delegate Tensor Similarity(ForwardContext context, Tensor left, Tensor right);

    private static readonly Dictionary<string, (Similarity Operation, Func<double[], double[], double> Formula)> OfAllPairs = new()
    {
        ["CosSim"] = ((context, x, y) => context.CosSim(x, y), Cosine),
        ["DotScore"] = ((context, x, y) => context.DotScore(x, y), Formula.Dot),
        ["EuclideanSim"] = ((context, x, y) => context.EuclideanSim(x, y), (x, y) => -Distance(x, y, 2)),
        ["ManhattanSim"] = ((context, x, y) => context.ManhattanSim(x, y), (x, y) => -Distance(x, y, 1)),
        ["CDist"] = ((context, x, y) => context.CDist(x, y, 2.5), (x, y) => Distance(x, y, 2.5)),
    };

    private static readonly Dictionary<string, (Similarity Operation, Func<double[], double[], double> Formula)> Pairwise = new()
    {
        ["CosineSimilarity"] = ((context, x, y) => context.CosineSimilarity(x, y), Cosine),
        ["PairwiseCosSim"] = ((context, x, y) => context.PairwiseCosSim(x, y), Cosine),
        ["PairwiseDotScore"] = ((context, x, y) => context.PairwiseDotScore(x, y), Formula.Dot),
        ["PairwiseEuclideanSim"] = ((context, x, y) => context.PairwiseEuclideanSim(x, y), (x, y) => -Distance(x, y, 2)),
        ["PairwiseManhattanSim"] = ((context, x, y) => context.PairwiseManhattanSim(x, y), (x, y) => -Distance(x, y, 1)),
        ["PairwiseDistance"] = ((context, x, y) => context.PairwiseDistance(x, y, epsilon: 0.25f), (x, y) => Formula.Norm(x.Zip(y, (a, b) => a - b + 0.25))),
        ["PairwiseAngleSim"] = ((context, x, y) => context.PairwiseAngleSim(x, y), Angle),
    };

    public static TheoryData<string, int> NamesOfAllPairs => GradientCheck.EachWithEach(OfAllPairs.Keys, Enumerable.Range(1, 3));

    public static TheoryData<string, int> NamesOfPairwise => GradientCheck.EachWithEach(Pairwise.Keys, Enumerable.Range(1, 3));

    public static TheoryData<PoolingMode> Modes => [.. Enum.GetValues<PoolingMode>()];

    [Theory]
    [MemberData(nameof(NamesOfAllPairs))]
    public void Similarity_OfAllPairs_HasTheDerivatives(string name, int seed)
    {
        Random random = new(seed);
        (Similarity operation, Func<double[], double[], double> formula) = OfAllPairs[name];
        int size = random.Next(2, 20);
        Tensor left = GradientCheck.Random(random, random.Next(1, 6), size);
        Tensor right = GradientCheck.Random(random, random.Next(1, 6), size);
        GradientCheck.Run([left, right], context => operation(context, left, right), values => Formula.Pairs(values[0], values[1], size, formula));
    }

    [Theory]
    [MemberData(nameof(NamesOfPairwise))]
    public void Similarity_OfRowsWithTheSameNumber_HasTheDerivatives(string name, int seed)
    {
        Random random = new(seed);
        (Similarity operation, Func<double[], double[], double> formula) = Pairwise[name];
        (int count, int size) = (random.Next(1, 6), 2 * random.Next(1, 10));
        Tensor left = GradientCheck.Random(random, count, size);
        Tensor right = GradientCheck.Random(random, count, size);
        GradientCheck.Run(
            [left, right],
            context => operation(context, left, right),
            values => [.. Formula.Rows(values[0], size).Zip(Formula.Rows(values[1], size), formula)]);
    }

    [Fact]
    public void CosSim_OfRowsWithThemselves_HasTheDerivative()
    {
        Tensor rows = GradientCheck.Random(new Random(1), 4, 5); // a loss of in-batch similarities has the same tensor on both sides
        GradientCheck.Run([rows], context => context.CosSim(rows, rows), values => Formula.Pairs(values[0], values[0], 5, Cosine));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Pool_InEveryMode_HasTheDerivative(PoolingMode mode)
    {
        Random random = new((int)mode);
        int size = random.Next(1, 20);
        RaggedBatch batch = new();
        foreach (int length in (ReadOnlySpan<int>)[random.Next(1, 6), 0, random.Next(1, 6)])
        {
            batch.Add(new int[length]);
        }

        Tensor tokens = GradientCheck.Random(random, batch.TokenCount, size);
        GradientCheck.Run(
            [tokens],
            context => context.Pool(tokens, batch, PoolingMode.Mean, mode),
            values => [.. Enumerable.Range(0, batch.SequenceCount).SelectMany(sequence =>
            {
                double[][] rows = Formula.Rows(values[0], size)[batch.Offsets.Span[sequence]..batch.Offsets.Span[sequence + 1]];
                IEnumerable<double> Pooled(PoolingMode way) => Enumerable.Range(0, size).Select(i => rows.Length == 0 ? 0 : PoolColumn(way, [.. rows.Select(row => row[i])]));
                return Pooled(PoolingMode.Mean).Concat(Pooled(mode));
            })]);
    }

    private static double Cosine(double[] x, double[] y) => Formula.Dot(x, y) / (Formula.Norm(x) * Formula.Norm(y));

    private static double Distance(double[] x, double[] y, double p) => Formula.Norm(x.Zip(y, (a, b) => a - b), p);

    private static double Angle(double[] x, double[] y)
    {
        int half = x.Length / 2;
        (double[] a, double[] b, double[] c, double[] d) = (x[..half], x[half..], y[..half], y[half..]);
        return Math.Abs((Formula.Dot(a, c) + Formula.Dot(b, d) + Formula.Dot(b, c) - Formula.Dot(a, d)) / (Formula.Norm(x) * Formula.Norm(y)));
    }

    private static double PoolColumn(PoolingMode mode, double[] column) => mode switch
    {
        PoolingMode.Cls => column[0],
        PoolingMode.LastToken => column[^1],
        PoolingMode.Max => column.Max(),
        PoolingMode.Mean => column.Average(),
        PoolingMode.MeanSqrtLength => column.Sum() / Math.Sqrt(column.Length),
        PoolingMode.WeightedMean => column.Select((x, i) => x * (i + 1)).Sum() / column.Select((_, i) => i + 1).Sum(),
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };
}
