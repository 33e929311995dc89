using System.Numerics;
using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>Arithmetic of two tensors, number by number, with broadcasting.</summary>
/// <remarks>Shapes are matched from the last dimension; a dimension of length 1, or one that is lacking, is repeated.</remarks>
public static class BinaryOperation
{
    /// <summary>x + y.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="left">x.</param>
    /// <param name="right">y, of a shape that fits x's.</param>
    /// <returns>The shape both are broadcast to.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor Add(this ForwardContext context, Tensor left, Tensor right) => Apply<Sum>(context, left, right);

    /// <summary>x - y.</summary>
    /// <inheritdoc cref="Add"/>
    public static Tensor Subtract(this ForwardContext context, Tensor left, Tensor right) => Apply<Difference>(context, left, right);

    /// <summary>x · y.</summary>
    /// <inheritdoc cref="Add"/>
    public static Tensor Multiply(this ForwardContext context, Tensor left, Tensor right) => Apply<Product>(context, left, right);

    /// <summary>x / y.</summary>
    /// <inheritdoc cref="Add"/>
    public static Tensor Divide(this ForwardContext context, Tensor left, Tensor right) => Apply<Quotient>(context, left, right);

    /// <summary>The larger of x and y. Where they are equal each gets half the gradient.</summary>
    /// <inheritdoc cref="Add"/>
    public static Tensor Maximum(this ForwardContext context, Tensor left, Tensor right) => Apply<Larger>(context, left, right);

    /// <summary>The smaller of x and y. Where they are equal each gets half the gradient.</summary>
    /// <inheritdoc cref="Add"/>
    public static Tensor Minimum(this ForwardContext context, Tensor left, Tensor right) => Apply<Smaller>(context, left, right);

    private static Tensor Apply<TFunction>(ForwardContext context, Tensor left, Tensor right)
        where TFunction : struct, IBinaryFunction
    {
        Broadcast broadcast = new(left.Shape, right.Shape);
        Tensor output = context.Rent(broadcast.Shape);
        Body<TFunction> body = new() { Broadcast = broadcast, Left = left.Span, Right = right.Span, Output = output.Span };
        context.Pool.For(body.TaskCount, ref body);
        if (context.Records(left) || context.Records(right))
        {
            context.Record(new Node<TFunction>(broadcast, left, right, output));
        }

        return output;
    }

    private sealed class Node<TFunction>(Broadcast broadcast, Tensor left, Tensor right, Tensor output) : TapeNode(output)
        where TFunction : struct, IBinaryFunction
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(left, right);

        // z = f(x, y):  dx = dz · ∂f/∂x,  dy = dz · ∂f/∂y, each summed over what was broadcast.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Add<ByRight>(outputGradient, context.GradientOf(right));
            if (TFunction.PassesGradientToLeft && left.Shape == Output.Shape)
            {
                context.PassOn(outputGradient, left);
            }
            else
            {
                Add<ByLeft>(outputGradient, context.GradientOf(left));
            }
        }

        private void Add<TSide>(Tensor outputGradient, Span<float> gradient)
            where TSide : struct, ISide
        {
            if (gradient.IsEmpty)
            {
                return;
            }

            int step = TSide.Choose(broadcast.LeftStep, broadcast.RightStep);
            for (int row = 0; row < broadcast.RowCount; row++)
            {
                (int leftStart, int rightStart) = broadcast.Row(row);
                Span<float> target = gradient[TSide.Choose(leftStart, rightStart)..];
                ReadOnlySpan<float> rowGradient = outputGradient.Span.Slice(row * broadcast.RowLength, broadcast.RowLength);
                double sum = 0;
                for (int i = 0; i < broadcast.RowLength; i += Vector<float>.Count)
                {
                    int count = Math.Min(Vector<float>.Count, broadcast.RowLength - i);
                    Vector<float> x = Lanes.Load(left.Span[leftStart..], broadcast.LeftStep, i, count);
                    Vector<float> y = Lanes.Load(right.Span[rightStart..], broadcast.RightStep, i, count);
                    Vector<float> derivative = TSide.Derivative<TFunction>(x, y, Lanes.Load(rowGradient, 1, i, count));
                    if (step == 1)
                    {
                        Lanes.Store(derivative + Lanes.Load(target, 1, i, count), target, i, count);
                        continue;
                    }

                    for (int lane = 0; lane < count; lane++)
                    {
                        sum += derivative[lane];
                    }
                }

                if (step == 0)
                {
                    target[0] += (float)sum;
                }
            }
        }
    }

    /// <summary>A function of two numbers and its derivatives, each multiplied by the gradient of the result.</summary>
    private interface IBinaryFunction
    {
        /// <summary>Whether the left operand's gradient is the result's.</summary>
        static virtual bool PassesGradientToLeft => false;

        static abstract Vector<float> Value(Vector<float> x, Vector<float> y);

        static abstract Vector<float> ByLeft(Vector<float> x, Vector<float> y, Vector<float> gradient);

        static abstract Vector<float> ByRight(Vector<float> x, Vector<float> y, Vector<float> gradient);
    }

    private readonly struct Sum : IBinaryFunction
    {
        public static bool PassesGradientToLeft => true;

        public static Vector<float> Value(Vector<float> x, Vector<float> y) => x + y;

        public static Vector<float> ByLeft(Vector<float> x, Vector<float> y, Vector<float> gradient) => gradient;

        public static Vector<float> ByRight(Vector<float> x, Vector<float> y, Vector<float> gradient) => gradient;
    }

    private readonly struct Difference : IBinaryFunction
    {
        public static bool PassesGradientToLeft => true;

        public static Vector<float> Value(Vector<float> x, Vector<float> y) => x - y;

        public static Vector<float> ByLeft(Vector<float> x, Vector<float> y, Vector<float> gradient) => gradient;

        public static Vector<float> ByRight(Vector<float> x, Vector<float> y, Vector<float> gradient) => -gradient;
    }

    private readonly struct Product : IBinaryFunction
    {
        public static Vector<float> Value(Vector<float> x, Vector<float> y) => x * y;

        public static Vector<float> ByLeft(Vector<float> x, Vector<float> y, Vector<float> gradient) => gradient * y;

        public static Vector<float> ByRight(Vector<float> x, Vector<float> y, Vector<float> gradient) => gradient * x;
    }

    private readonly struct Quotient : IBinaryFunction
    {
        public static Vector<float> Value(Vector<float> x, Vector<float> y) => x / y;

        public static Vector<float> ByLeft(Vector<float> x, Vector<float> y, Vector<float> gradient) => gradient / y;

        public static Vector<float> ByRight(Vector<float> x, Vector<float> y, Vector<float> gradient) => -gradient * (x / y / y);
    }

    private readonly struct Larger : IBinaryFunction
    {
        public static Vector<float> Value(Vector<float> x, Vector<float> y) => Vector.Max(x, y);

        public static Vector<float> ByLeft(Vector<float> x, Vector<float> y, Vector<float> gradient) => Lanes.ShareOfLarger(x, y, gradient);

        public static Vector<float> ByRight(Vector<float> x, Vector<float> y, Vector<float> gradient) => Lanes.ShareOfLarger(y, x, gradient);
    }

    private readonly struct Smaller : IBinaryFunction
    {
        public static Vector<float> Value(Vector<float> x, Vector<float> y) => Vector.Min(x, y);

        public static Vector<float> ByLeft(Vector<float> x, Vector<float> y, Vector<float> gradient) => Lanes.ShareOfLarger(y, x, gradient);

        public static Vector<float> ByRight(Vector<float> x, Vector<float> y, Vector<float> gradient) => Lanes.ShareOfLarger(x, y, gradient);
    }

    /// <summary>Which of two operands is meant.</summary>
    private interface ISide
    {
        static abstract int Choose(int left, int right);

        static abstract Vector<float> Derivative<TFunction>(Vector<float> x, Vector<float> y, Vector<float> gradient)
            where TFunction : struct, IBinaryFunction;
    }

    private readonly struct ByLeft : ISide
    {
        public static int Choose(int left, int right) => left;

        public static Vector<float> Derivative<TFunction>(Vector<float> x, Vector<float> y, Vector<float> gradient)
            where TFunction : struct, IBinaryFunction => TFunction.ByLeft(x, y, gradient);
    }

    private readonly struct ByRight : ISide
    {
        public static int Choose(int left, int right) => right;

        public static Vector<float> Derivative<TFunction>(Vector<float> x, Vector<float> y, Vector<float> gradient)
            where TFunction : struct, IBinaryFunction => TFunction.ByRight(x, y, gradient);
    }

    private ref struct Body<TFunction> : IParallelBody
        where TFunction : struct, IBinaryFunction
    {
        private const int NumbersPerTask = 16 * 1024;

        public Broadcast Broadcast;
        public ReadOnlySpan<float> Left;
        public ReadOnlySpan<float> Right;
        public Span<float> Output;

        /// <summary>Long rows are cut into parts; of short ones several make a task.</summary>
        public readonly int TaskCount => ((Broadcast.RowCount + RowsPerTask - 1) / RowsPerTask) * PartsPerRow;

        private readonly int RowsPerTask => Math.Max(1, NumbersPerTask / Math.Max(1, Broadcast.RowLength));

        private readonly int PartsPerRow => (Broadcast.RowLength + NumbersPerTask - 1) / NumbersPerTask;

        public readonly void Execute(int taskIndex)
        {
            (int block, int part) = Math.DivRem(taskIndex, PartsPerRow);
            int first = part * NumbersPerTask;
            int end = Math.Min(first + NumbersPerTask, Broadcast.RowLength);
            for (int row = block * RowsPerTask; row < Math.Min((block + 1) * RowsPerTask, Broadcast.RowCount); row++)
            {
                (int leftStart, int rightStart) = Broadcast.Row(row);
                ReadOnlySpan<float> left = Left[leftStart..];
                ReadOnlySpan<float> right = Right[rightStart..];
                Span<float> output = Output.Slice(row * Broadcast.RowLength, Broadcast.RowLength);
                for (int i = first; i < end; i += Vector<float>.Count)
                {
                    int count = Math.Min(Vector<float>.Count, end - i);
                    Vector<float> x = Lanes.Load(left, Broadcast.LeftStep, i, count);
                    Vector<float> y = Lanes.Load(right, Broadcast.RightStep, i, count);
                    Lanes.Store(TFunction.Value(x, y), output, i, count);
                }
            }
        }
    }

    private static class Lanes
    {
        /// <summary>The numbers from place i on, or one number again and again; lanes beyond <paramref name="count"/> are zero.</summary>
        public static Vector<float> Load(ReadOnlySpan<float> values, int step, int i, int count) =>
            step == 0 ? new Vector<float>(values[0])
            : count == Vector<float>.Count ? new Vector<float>(values[i..])
            : LoadPart(values.Slice(i, count));

        public static void Store(Vector<float> value, Span<float> values, int i, int count)
        {
            if (count == Vector<float>.Count)
            {
                value.CopyTo(values[i..]);
                return;
            }

            for (int lane = 0; lane < count; lane++)
            {
                values[i + lane] = value[lane];
            }
        }

        /// <summary>The gradient where x is above y, half of it where they are equal.</summary>
        public static Vector<float> ShareOfLarger(Vector<float> x, Vector<float> y, Vector<float> gradient)
        {
            Vector<float> halfWhereEqual = Vector.ConditionalSelect(Vector.Equals(x, y), gradient * 0.5f, Vector<float>.Zero);
            return Vector.ConditionalSelect(Vector.GreaterThan(x, y), gradient, halfWhereEqual);
        }

        private static Vector<float> LoadPart(ReadOnlySpan<float> values)
        {
            Span<float> lanes = stackalloc float[Vector<float>.Count];
            lanes.Clear();
            values.CopyTo(lanes);
            return new Vector<float>(lanes);
        }
    }
}
