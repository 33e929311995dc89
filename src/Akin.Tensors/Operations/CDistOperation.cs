using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>All distances between two sets of rows.</summary>
public static class CDistOperation
{
    /// <summary>The p-norm of every difference of a row of x and a row of y.</summary>
    /// <remarks>The gradient of a distance of 0 is 0. Differences are taken number by number, so that near rows keep their digits.</remarks>
    /// <param name="context">The running pass.</param>
    /// <param name="left">x, <c>[n, size]</c>.</param>
    /// <param name="right">y, <c>[m, size]</c>.</param>
    /// <param name="p">From 1. Default: 2, the Euclidean distance.</param>
    /// <returns><c>[n, m]</c>.</returns>
    /// <exception cref="ArgumentException">The rows have different sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">p is below 1 or not finite.</exception>
    public static Tensor CDist(this ForwardContext context, Tensor left, Tensor right, double p = 2)
    {
        AxisOperation.RequireNorm(p);
        if (left.ColumnCount != right.ColumnCount)
        {
            throw new ArgumentException($"Rows of shapes {left.Shape} and {right.Shape} have no distance: their sizes differ.", nameof(right));
        }

        Tensor output = context.Rent(new Shape(left.RowCount, right.RowCount));
        ForwardBody body = new() { Left = left, Right = right, P = p, Output = output };
        context.Pool.For(left.RowCount, ref body);
        if (context.Records(left) || context.Records(right))
        {
            context.Record(new Node(left, right, p, output));
        }

        return output;
    }

    private sealed class Node(Tensor left, Tensor right, double p, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(left, right);

        // With δ = xᵢ - yⱼ and d = |δ|:  dxᵢ = Σⱼ dzᵢⱼ · sign(δ) · (|δ| / d)ᵖ⁻¹,  and dyⱼ the same with the opposite sign, summed over i.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Add(context, left, right, outputGradient, otherStep: 1, ownStep: right.RowCount);
            Add(context, right, left, outputGradient, otherStep: right.RowCount, ownStep: 1);
        }

        private void Add(ForwardContext context, Tensor own, Tensor other, Tensor outputGradient, int otherStep, int ownStep)
        {
            BackwardBody body = new()
            {
                Own = own,
                Other = other,
                P = p,
                OutputGradient = outputGradient.Span,
                OwnStep = ownStep,
                OtherStep = otherStep,
                Gradient = context.GradientOf(own),
            };
            context.Pool.For(body.Gradient.IsEmpty ? 0 : own.RowCount, ref body);
        }
    }

    private static double Distance(ReadOnlySpan<float> x, ReadOnlySpan<float> y, double p)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double difference = Math.Abs((double)x[i] - y[i]);
            sum += p switch { 1 => difference, 2 => difference * difference, _ => Math.Pow(difference, p) };
        }

        return p switch { 1 => sum, 2 => Math.Sqrt(sum), _ => Math.Pow(sum, 1 / p) };
    }

    private struct ForwardBody : IParallelBody
    {
        public Tensor Left;
        public Tensor Right;
        public double P;
        public Tensor Output;

        public readonly void Execute(int taskIndex)
        {
            Span<float> distances = Output.Row(taskIndex);
            for (int j = 0; j < distances.Length; j++)
            {
                distances[j] = (float)Distance(Left.Row(taskIndex), Right.Row(j), P);
            }
        }
    }

    private ref struct BackwardBody : IParallelBody
    {
        public Tensor Own;
        public Tensor Other;
        public double P;
        public ReadOnlySpan<float> OutputGradient;
        public int OwnStep;
        public int OtherStep;
        public Span<float> Gradient;

        public readonly void Execute(int taskIndex)
        {
            ReadOnlySpan<float> row = Own.Row(taskIndex);
            Span<float> gradient = Gradient.Slice(taskIndex * row.Length, row.Length);
            for (int j = 0; j < Other.RowCount; j++)
            {
                ReadOnlySpan<float> other = Other.Row(j);
                double distance = Distance(row, other, P);
                double weight = OutputGradient[(taskIndex * OwnStep) + (j * OtherStep)];
                if (distance == 0 || weight == 0)
                {
                    continue;
                }

                for (int i = 0; i < row.Length; i++)
                {
                    double difference = (double)row[i] - other[i];
                    double power = P switch
                    {
                        1 => Math.Sign(difference),
                        2 => difference / distance,
                        _ => Math.Sign(difference) * Math.Pow(Math.Abs(difference) / distance, P - 1),
                    };
                    gradient[i] += (float)(weight * power);
                }
            }
        }
    }
}
