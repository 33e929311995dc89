using Akin.Kernels;
using Akin.Tensors.Operations;

namespace Akin.Tensors.Tests.Operations;

/// <summary>Slices, transpositions, indices, joined tensors and matrix products against central differences in double, at random shapes.</summary>
public sealed class ArrangementGradientTests
{
    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5, 6];

    public static TheoryData<Transpose, Transpose, int> Transposes
    {
        get
        {
            TheoryData<Transpose, Transpose, int> data = [];
            for (int i = 0; i < 16; i++)
            {
                data.Add((Transpose)(i & 1), (Transpose)(i / 2 & 1), i / 4);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Slice_OfAnyAxis_HasTheDerivative(int seed)
    {
        Random random = new(seed);
        Shape shape = Formula.RandomShape(random);
        int axis = seed % 2 == 0 ? shape.Rank - 1 : random.Next(shape.Rank);
        int start = random.Next((shape[axis] + 1) / 2);
        int end = shape[axis];
        int step = 1 + (seed % 3);
        Tensor input = GradientCheck.Random(random, shape.ToArray());
        GradientCheck.Run(
            [input],
            context => context.Slice(input, axis, start, end, step),
            values => Formula.AlongAxis(values[0], shape, axis, x => [.. x[start..end].Where((_, i) => i % step == 0)]));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Transpose_OfAnyTwoAxes_HasTheDerivative(int seed)
    {
        Random random = new(seed);
        Shape shape = Formula.RandomShape(random);
        (int first, int second) = (random.Next(shape.Rank), random.Next(shape.Rank));
        int[] Exchange(int[] values)
        {
            int[] exchanged = [.. values];
            (exchanged[first], exchanged[second]) = (values[second], values[first]);
            return exchanged;
        }

        Tensor input = GradientCheck.Random(random, shape.ToArray());
        GradientCheck.Run(
            [input],
            context => context.Transpose(input, first, second - shape.Rank),
            values => [.. Formula.Places(new Shape(Exchange(shape.ToArray()))).Select(place => values[0][Formula.Number(shape, Exchange(place))])]);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Expand_ToALargerShape_HasTheDerivative(int seed)
    {
        Random random = new(seed);
        Shape larger = Formula.RandomShape(random, smallestRank: 2);
        int[] lengths = [.. larger.ToArray()[random.Next(2)..].Select(length => random.Next(2) == 0 ? 1 : length)];
        Tensor input = GradientCheck.Random(random, lengths);
        GradientCheck.Run([input], context => context.Expand(input, larger), values => Formula.Broadcast(values[0], input.Shape, larger));
    }

    [Fact]
    public void FirstTokens_WithAnEmptySequence_HasTheDerivative()
    {
        Random random = new(1);
        RaggedBatch batch = new();
        batch.Add([1, 2]);
        batch.Add([]);
        batch.Add([3]);
        Tensor tokens = GradientCheck.Random(random, 3, 4);
        GradientCheck.Run(
            [tokens],
            context => context.FirstTokens(tokens, batch),
            values => [.. values[0][..4], 0, 0, 0, 0, .. values[0][8..]]);
    }

    [Fact]
    public void Column_OfAMatrix_HasTheDerivative()
    {
        Tensor matrix = GradientCheck.Random(new Random(1), 5, 3);
        GradientCheck.Run([matrix], context => context.Column(matrix, 1), values => [.. Enumerable.Range(0, 5).Select(row => values[0][(row * 3) + 1])]);
    }

    [Fact]
    public void Reshape_OfAComputedTensor_HasTheDerivative()
    {
        Tensor input = GradientCheck.Random(new Random(1), 2, 6);
        GradientCheck.Run(
            [input], context => context.Reshape(context.Square(input), new Shape(3, 4)), values => [.. values[0].Select(value => value * value)]);
        Assert.Throws<ArgumentException>(() => new ForwardContext().Reshape(input, new Shape(5)));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Concatenate_OfThreeTensors_HasTheDerivatives(int seed)
    {
        Random random = new(seed);
        Shape shape = Formula.RandomShape(random);
        int axis = random.Next(shape.Rank);
        Tensor[] inputs = [.. Enumerable.Range(0, 3).Select(_ =>
        {
            int[] lengths = shape.ToArray();
            lengths[axis] = random.Next(1, 4);
            return GradientCheck.Random(random, lengths);
        })];
        Shape joined = new([.. shape.ToArray().Select((length, i) => i == axis ? inputs.Sum(input => input.Shape[axis]) : length)]);
        GradientCheck.Run(inputs, context => context.Concatenate(axis, inputs), values => [.. Formula.Places(joined).Select(place =>
        {
            int input = 0;
            while (place[axis] >= inputs[input].Shape[axis])
            {
                place[axis] -= inputs[input++].Shape[axis];
            }

            return values[input][Formula.Number(inputs[input].Shape, place)];
        })]);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void GatherAndScatter_WithRepeatedIndices_HaveTheDerivatives(int seed)
    {
        Random random = new(seed);
        Shape shape = Formula.RandomShape(random);
        int axis = random.Next(shape.Rank);
        int[] lengths = shape.ToArray();
        lengths[axis] = random.Next(1, 5);
        Shape other = new(lengths);
        int[] perNumber = [.. Enumerable.Range(0, (int)other.ElementCount).Select(_ => random.Next(shape[axis]))];
        int[] perPlace = [.. Enumerable.Range(0, lengths[axis]).Select(_ => random.Next(shape[axis]))];
        Tensor input = GradientCheck.Random(random, shape.ToArray());
        Tensor source = GradientCheck.Random(random, lengths);

        int Target(int[] place, bool isPerNumber)
        {
            int[] target = [.. place];
            target[axis] = isPerNumber ? perNumber[Formula.Number(other, place)] : perPlace[place[axis]];
            return Formula.Number(shape, target);
        }

        double[] Picked(double[] x, bool isPerNumber) => [.. Formula.Places(other).Select(place => x[Target(place, isPerNumber)])];
        double[] Placed(double[] x, double[] s, bool isPerNumber, Func<double, double, double> join)
        {
            double[] y = [.. x];
            foreach ((int[] place, double value) in Formula.Places(other).Zip(s))
            {
                y[Target(place, isPerNumber)] = join(y[Target(place, isPerNumber)], value);
            }

            return y;
        }

        void Check(Func<ForwardContext, Tensor> operation, Func<double[][], double[]> formula)
        {
            input.ClearGradient();
            source.ClearGradient();
            GradientCheck.Run([input], operation, values => formula([values[0], [.. source.ToArray().Select(value => (double)value)]]));
        }

        void CheckBoth(Func<ForwardContext, Tensor> operation, Func<double[][], double[]> formula)
        {
            input.ClearGradient();
            source.ClearGradient();
            GradientCheck.Run([input, source], operation, formula);
        }

        Check(context => context.Gather(input, axis, perNumber), values => Picked(values[0], true));
        Check(context => context.IndexSelect(input, axis, perPlace), values => Picked(values[0], false));
        CheckBoth(context => context.ScatterAdd(input, axis, perNumber, source), values => Placed(values[0], values[1], true, (a, b) => a + b));
        CheckBoth(context => context.IndexAdd(input, axis, perPlace, source), values => Placed(values[0], values[1], false, (a, b) => a + b));
    }

    [Fact]
    public void Scatter_WithDifferentIndices_HasTheDerivatives()
    {
        Tensor input = GradientCheck.Random(new Random(1), 2, 4);
        Tensor source = GradientCheck.Random(new Random(2), 2, 2);
        GradientCheck.Run([input, source], context => context.Scatter(input, axis: 1, new[] { 3, 0, 1, 2 }, source), values =>
        {
            double[] y = [.. values[0]];
            (y[3], y[0], y[5], y[6]) = (values[1][0], values[1][1], values[1][2], values[1][3]);
            return y;
        });
    }

    [Fact]
    public void Gather_OfAPlaceThatIsNotThere_NamesIt()
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new ForwardContext().IndexSelect(new Tensor(new Shape(2, 3)), axis: 1, new[] { 0, 3 }));
        Assert.Contains("Index 1 is 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("0 to 2", error.Message, StringComparison.Ordinal);
    }

    /// <param name="transposeLeft">How the left operand is stored.</param>
    /// <param name="transposeRight">How the right operand is stored.</param>
    /// <param name="batches">0: two matrices; 1: a matrix on the right of several; 2: as many on both sides; 3: broadcast on both sides.</param>
    [Theory]
    [MemberData(nameof(Transposes))]
    public void MatMul_OfEveryKind_HasTheDerivatives(Transpose transposeLeft, Transpose transposeRight, int batches)
    {
        Random random = new((int)transposeLeft + (2 * (int)transposeRight) + (4 * batches));
        (int m, int n, int k) = (random.Next(1, 6), random.Next(1, 6), random.Next(1, 6));
        (int[] leftBatches, int[] rightBatches, int[] joined) = batches switch
        {
            0 => (Array.Empty<int>(), Array.Empty<int>(), Array.Empty<int>()),
            1 => ([2, 3], [], [2, 3]),
            2 => ([2, 2], [2, 2], [2, 2]),
            _ => (new[] { 3, 1 }, new[] { 2 }, new[] { 3, 2 }),
        };
        Tensor left = GradientCheck.Random(random, [.. leftBatches, .. transposeLeft == Transpose.No ? new[] { m, k } : [k, m]]);
        Tensor right = GradientCheck.Random(random, [.. rightBatches, .. transposeRight == Transpose.No ? new[] { k, n } : [n, k]]);
        GradientCheck.Run([left, right], context => context.MatMul(left, right, transposeLeft, transposeRight), values =>
        {
            double[] a = Formula.Broadcast(values[0], left.Shape, new Shape([.. joined, left.Shape[^2], left.Shape[^1]]));
            double[] b = Formula.Broadcast(values[1], right.Shape, new Shape([.. joined, right.Shape[^2], right.Shape[^1]]));
            return [.. Formula.Places(new Shape([.. joined, m, n])).Select(place =>
            {
                int batch = Formula.Number(new Shape(joined), place[..^2]);
                (int row, int column) = (place[^2], place[^1]);
                return Enumerable.Range(0, k).Sum(i =>
                    a[(batch * m * k) + (transposeLeft == Transpose.No ? (row * k) + i : (i * m) + row)]
                    * b[(batch * k * n) + (transposeRight == Transpose.No ? (i * n) + column : (column * k) + i)]);
            })];
        });
    }

    [Fact]
    public void MatMul_OfInnerLengthsThatDiffer_NamesBothShapes()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new ForwardContext().MatMul(new Tensor(new Shape(2, 3)), new Tensor(new Shape(2, 3))));
        Assert.Contains("[2, 3] and [2, 3]", error.Message, StringComparison.Ordinal);
        Assert.Contains("3 and 2", error.Message, StringComparison.Ordinal);
    }
}
