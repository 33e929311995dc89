namespace Akin.Tensors.Tests;

/// <summary>What plain formulas in double precision are written with: places in shapes, found the slow and obvious way.</summary>
internal static class Formula
{
    /// <summary>A shape of one to four dimensions, each of 1 to 5 places.</summary>
    public static Shape RandomShape(Random random, int smallestRank = 1, int largestRank = Shape.MaxRank) =>
        new([.. Enumerable.Range(0, random.Next(smallestRank, largestRank + 1)).Select(_ => random.Next(1, 6))]);

    /// <summary>The place in every dimension of every number, in row-major order.</summary>
    public static IEnumerable<int[]> Places(Shape shape) => Enumerable.Range(0, (int)shape.ElementCount).Select(number =>
    {
        int[] place = new int[shape.Rank];
        for (int i = shape.Rank - 1; i >= 0; i--)
        {
            (number, place[i]) = Math.DivRem(number, shape[i]);
        }

        return place;
    });

    /// <summary>The number at a place.</summary>
    public static int Number(Shape shape, IEnumerable<int> place) => place.Zip(shape.ToArray()).Aggregate(0, (number, next) => (number * next.Second) + next.First);

    /// <summary>A tensor as it is seen broadcast to a larger shape.</summary>
    public static double[] Broadcast(double[] values, Shape shape, Shape seenAs) =>
        [.. Places(seenAs).Select(place => values[Number(shape, place[^shape.Rank..].Zip(shape.ToArray(), (at, length) => length == 1 ? 0 : at))])];

    /// <summary>A function of the numbers along one dimension; it may give fewer or more.</summary>
    public static double[] AlongAxis(double[] values, Shape shape, int axis, Func<double[], double[]> function)
    {
        axis = axis < 0 ? axis + shape.Rank : axis;
        var lines = Places(shape).GroupBy(place => string.Join(' ', place.Select((at, i) => i == axis ? 0 : at)))
            .Select(line => (First: line.First(), Result: function([.. line.Select(place => values[Number(shape, place)])]))).ToArray();
        int[] lengths = shape.ToArray();
        lengths[axis] = lines[0].Result.Length;
        Shape resultShape = new(lengths);
        double[] result = new double[resultShape.ElementCount];
        foreach ((int[] place, double[] numbers) in lines)
        {
            for (place[axis] = 0; place[axis] < numbers.Length; place[axis]++)
            {
                result[Number(resultShape, place)] = numbers[place[axis]];
            }
        }

        return result;
    }

    /// <summary>A function of every row of a matrix.</summary>
    public static double[][] Rows(double[] values, int size) => [.. values.Chunk(size)];

    /// <summary>A number for every pair of rows of two matrices.</summary>
    public static double[] Pairs(double[] left, double[] right, int size, Func<double[], double[], double> function) =>
        [.. from x in Rows(left, size) from y in Rows(right, size) select function(x, y)];

    public static double[] LogSoftmax(double[] x) => [.. x.Select(value => value - Math.Log(x.Sum(Math.Exp)))];

    public static double Norm(IEnumerable<double> x, double p = 2) => Math.Pow(x.Sum(value => Math.Pow(Math.Abs(value), p)), 1 / p);

    public static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();
}
