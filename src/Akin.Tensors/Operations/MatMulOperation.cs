using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>Products of matrices.</summary>
public static class MatMulOperation
{
    /// <summary>op(A) · op(B) of the last two dimensions; the dimensions before them are broadcast.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="left">A, <c>[…, m, k]</c>, or <c>[…, k, m]</c> when it is to be transposed.</param>
    /// <param name="right">B, <c>[…, k, n]</c>, or <c>[…, n, k]</c> when it is to be transposed.</param>
    /// <param name="transposeLeft">Whether A is stored transposed. Default: no.</param>
    /// <param name="transposeRight">Whether B is stored transposed, as for all dot products of two sets of rows. Default: no.</param>
    /// <returns><c>[…, m, n]</c>.</returns>
    /// <exception cref="ArgumentException">An operand is not a matrix, or the shapes do not fit each other.</exception>
    public static Tensor MatMul(
        this ForwardContext context, Tensor left, Tensor right, Transpose transposeLeft = Transpose.No, Transpose transposeRight = Transpose.No)
    {
        Operands operands = new(left, right, transposeLeft, transposeRight);
        Tensor output = context.Rent(operands.OutputShape);
        for (int i = 0; i < operands.Count; i++)
        {
            (int leftStart, int rightStart) = operands.Starts(i);
            Gemm.Multiply(
                transposeLeft, transposeRight, operands.RowCount, operands.ColumnCount, operands.Depth, 1,
                left.Span.Slice(leftStart, operands.LeftSize), right.Span.Slice(rightStart, operands.RightSize), 0,
                output.Span.Slice(i * operands.OutputSize, operands.OutputSize), context.Pool);
        }

        if (context.Records(left) || context.Records(right))
        {
            context.Record(new Node(operands, left, right, output));
        }

        return output;
    }

    private static Transpose Flip(Transpose transpose) => transpose == Transpose.No ? Transpose.Yes : Transpose.No;

    private sealed class Node(Operands operands, Tensor left, Tensor right, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(left, right);

        // C = op(A) · op(B):  d op(A) = dC · op(B)ᵀ,  d op(B) = op(A)ᵀ · dC. An operand that is stored transposed wants this transposed, (X · Y)ᵀ = Yᵀ · Xᵀ.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            (int m, int n, int k) = (operands.RowCount, operands.ColumnCount, operands.Depth);
            Span<float> leftGradient = context.GradientOf(left);
            for (int i = 0; !leftGradient.IsEmpty && i < operands.Count; i++)
            {
                (int leftStart, int rightStart) = operands.Starts(i);
                ReadOnlySpan<float> dc = outputGradient.Span.Slice(i * operands.OutputSize, operands.OutputSize);
                ReadOnlySpan<float> b = right.Span.Slice(rightStart, operands.RightSize);
                Span<float> da = leftGradient.Slice(leftStart, operands.LeftSize);
                if (operands.TransposeLeft == Transpose.No)
                {
                    Gemm.Multiply(Transpose.No, Flip(operands.TransposeRight), m, k, n, 1, dc, b, 1, da, context.Pool);
                }
                else
                {
                    Gemm.Multiply(operands.TransposeRight, Transpose.Yes, k, m, n, 1, b, dc, 1, da, context.Pool);
                }
            }

            Span<float> rightGradient = context.GradientOf(right);
            for (int i = 0; !rightGradient.IsEmpty && i < operands.Count; i++)
            {
                (int leftStart, int rightStart) = operands.Starts(i);
                ReadOnlySpan<float> dc = outputGradient.Span.Slice(i * operands.OutputSize, operands.OutputSize);
                ReadOnlySpan<float> a = left.Span.Slice(leftStart, operands.LeftSize);
                Span<float> db = rightGradient.Slice(rightStart, operands.RightSize);
                if (operands.TransposeRight == Transpose.No)
                {
                    Gemm.Multiply(Flip(operands.TransposeLeft), Transpose.No, k, n, m, 1, a, dc, 1, db, context.Pool);
                }
                else
                {
                    Gemm.Multiply(Transpose.Yes, operands.TransposeLeft, n, k, m, 1, dc, a, 1, db, context.Pool);
                }
            }
        }
    }

    /// <summary>The sizes, and which matrices meet which.</summary>
    private readonly struct Operands
    {
        private readonly Broadcast? _batches; // null: one product

        public Operands(Tensor left, Tensor right, Transpose transposeLeft, Transpose transposeRight)
        {
            (Shape a, Shape b) = (left.Shape, right.Shape);
            if (a.Rank < 2 || b.Rank < 2)
            {
                throw new ArgumentException($"Tensors of shapes {a} and {b} cannot be multiplied: both must have two dimensions at least.");
            }

            (TransposeLeft, TransposeRight) = (transposeLeft, transposeRight);
            (RowCount, Depth) = transposeLeft == Transpose.No ? (a[^2], a[^1]) : (a[^1], a[^2]);
            (int depth, ColumnCount) = transposeRight == Transpose.No ? (b[^2], b[^1]) : (b[^1], b[^2]);
            if (depth != Depth)
            {
                throw new ArgumentException(
                    $"Tensors of shapes {a} and {b} (transposed: {transposeLeft} and {transposeRight}) cannot be multiplied: the inner lengths are {Depth} and {depth}.");
            }

            Shape leftBatches = new(a.ToArray().AsSpan(..^2));
            Shape rightBatches = new(b.ToArray().AsSpan(..^2));
            Broadcast batches = new(leftBatches, rightBatches);
            OutputShape = new Shape([.. batches.Shape.ToArray(), RowCount, ColumnCount]);
            if (transposeLeft == Transpose.No && rightBatches.ElementCount == 1 && batches.Shape == leftBatches)
            {
                RowCount = a.RowCount; // all rows of A meet the same matrix: one tall product
                Count = 1;
            }
            else
            {
                _batches = batches;
                Count = (int)batches.Shape.ElementCount;
            }
        }

        public Transpose TransposeLeft { get; }

        public Transpose TransposeRight { get; }

        public Shape OutputShape { get; }

        /// <summary>How many products there are.</summary>
        public int Count { get; }

        public int RowCount { get; }

        public int ColumnCount { get; }

        public int Depth { get; }

        public int LeftSize => RowCount * Depth;

        public int RightSize => Depth * ColumnCount;

        public int OutputSize => RowCount * ColumnCount;

        /// <summary>Where the operands of a product begin.</summary>
        public (int Left, int Right) Starts(int product)
        {
            if (_batches is not { } batches)
            {
                return (0, 0);
            }

            (int row, int place) = Math.DivRem(product, batches.RowLength);
            (int left, int right) = batches.Row(row);
            return ((left + (place * batches.LeftStep)) * LeftSize, (right + (place * batches.RightStep)) * RightSize);
        }
    }
}
