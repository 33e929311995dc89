namespace Akin.Tensors.Operations;

/// <summary>One column of a matrix as a vector.</summary>
public static class ColumnOperation
{
    /// <summary>Copies a column.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="matrix"><c>[rows, columns]</c>.</param>
    /// <param name="column">From 0.</param>
    /// <returns><c>[rows]</c>.</returns>
    public static Tensor Column(this ForwardContext context, Tensor matrix, int column)
    {
        Tensor output = context.Rent(new Shape(matrix.RowCount));
        for (int row = 0; row < matrix.RowCount; row++)
        {
            output.Span[row] = matrix.Row(row)[column];
        }

        if (context.Records(matrix))
        {
            context.Record(new Node(matrix, column, output));
        }

        return output;
    }

    private sealed class Node(Tensor matrix, int column, Tensor output) : TapeNode(output)
    {
        // y[r] = x[r, c]:  dx[r, c] += dy[r].
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = context.GradientOf(matrix);
            for (int row = 0; row < outputGradient.Span.Length; row++)
            {
                gradient[(row * matrix.ColumnCount) + column] += outputGradient.Span[row];
            }
        }
    }
}
