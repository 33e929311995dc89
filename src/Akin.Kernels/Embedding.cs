using System.Diagnostics.CodeAnalysis;

namespace Akin.Kernels;

/// <summary>Reads rows of a table by id, and adds gradients back to them.</summary>
public static class Embedding
{
    /// <summary>Copies the rows named by the ids.</summary>
    /// <param name="table">The embeddings, <c>[vocabulary, width]</c>.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="ids">Row numbers, <c>[tokens]</c>.</param>
    /// <param name="output">The rows, <c>[tokens, width]</c>.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is not a row of the table.</exception>
    public static void Gather(ReadOnlySpan<float> table, int width, ReadOnlySpan<int> ids, Span<float> output)
    {
        int rowCount = RequireTable(table.Length, width, ids, output.Length, nameof(output));
        for (int i = 0; i < ids.Length; i++)
        {
            table.Slice(RequireRow(ids, i, rowCount) * width, width).CopyTo(output.Slice(i * width, width));
        }
    }

    /// <summary>Adds the rows named by the ids to the output: how position and segment embeddings join the word embeddings.</summary>
    /// <param name="table">The embeddings, <c>[vocabulary, width]</c>.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="ids">Row numbers, <c>[tokens]</c>.</param>
    /// <param name="output">Added to, <c>[tokens, width]</c>.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is not a row of the table.</exception>
    public static void GatherAdd(ReadOnlySpan<float> table, int width, ReadOnlySpan<int> ids, Span<float> output)
    {
        int rowCount = RequireTable(table.Length, width, ids, output.Length, nameof(output));
        for (int i = 0; i < ids.Length; i++)
        {
            VectorMath.Add(table.Slice(RequireRow(ids, i, rowCount) * width, width), output.Slice(i * width, width));
        }
    }

    /// <summary>Copies the rows named by the ids, as floats.</summary>
    /// <param name="table">The embeddings, <c>[vocabulary, width]</c>.</param>
    /// <param name="ids">Row numbers, <c>[tokens]</c>.</param>
    /// <param name="output">The rows, <c>[tokens, width]</c>.</param>
    /// <exception cref="ArgumentException">The output's length does not fit the shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is not a row of the table.</exception>
    public static void Gather(RowScaledMatrix table, ReadOnlySpan<int> ids, Span<float> output)
    {
        RequireTable(table, ids, output, nameof(output));
        for (int i = 0; i < ids.Length; i++)
        {
            table.CopyRow(RequireRow(ids, i, table.RowCount), output.Slice(i * table.ColumnCount, table.ColumnCount));
        }
    }

    /// <summary>Adds the rows named by the ids to the output.</summary>
    /// <param name="table">The embeddings, <c>[vocabulary, width]</c>.</param>
    /// <param name="ids">Row numbers, <c>[tokens]</c>.</param>
    /// <param name="output">Added to, <c>[tokens, width]</c>.</param>
    /// <exception cref="ArgumentException">The output's length does not fit the shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is not a row of the table.</exception>
    public static void GatherAdd(RowScaledMatrix table, ReadOnlySpan<int> ids, Span<float> output)
    {
        RequireTable(table, ids, output, nameof(output));
        for (int i = 0; i < ids.Length; i++)
        {
            table.AddRow(RequireRow(ids, i, table.RowCount), output.Slice(i * table.ColumnCount, table.ColumnCount));
        }
    }

    /// <summary>Adds each token's gradient to the row its id names, in the order of the tokens: the gradient of <see cref="Gather(ReadOnlySpan{float}, int, ReadOnlySpan{int}, Span{float})"/>.</summary>
    /// <param name="gradient">The tokens' gradients, <c>[tokens, width]</c>.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="ids">Row numbers, <c>[tokens]</c>; repeated ids add up.</param>
    /// <param name="tableGradient">Added to, <c>[vocabulary, width]</c>.</param>
    /// <param name="paddingId">A row that gets no gradient (PyTorch's <c>padding_idx</c>), or <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is not a row of the table.</exception>
    public static void ScatterAdd(ReadOnlySpan<float> gradient, int width, ReadOnlySpan<int> ids, Span<float> tableGradient, int? paddingId = null)
    {
        int rowCount = RequireTable(tableGradient.Length, width, ids, gradient.Length, nameof(gradient));
        for (int i = 0; i < ids.Length; i++)
        {
            int row = RequireRow(ids, i, rowCount);
            if (row != paddingId)
            {
                VectorMath.Add(gradient.Slice(i * width, width), tableGradient.Slice(row * width, width));
            }
        }
    }

    private static int RequireTable(int tableLength, int width, ReadOnlySpan<int> ids, int tokensLength, string tokensName)
    {
        int rowCount = Shape.RowCount(tableLength, width, "table");
        Shape.Require(tokensLength, (long)ids.Length * width, "[tokens, width]", tokensName);
        return rowCount;
    }

    private static void RequireTable(RowScaledMatrix table, ReadOnlySpan<int> ids, Span<float> tokens, string tokensName)
    {
        ArgumentNullException.ThrowIfNull(table);
        Shape.Require(tokens.Length, (long)ids.Length * table.ColumnCount, "[tokens, width]", tokensName);
    }

    private static int RequireRow(ReadOnlySpan<int> ids, int position, int rowCount)
    {
        if ((uint)ids[position] >= (uint)rowCount)
        {
            Throw(ids[position], position, rowCount, nameof(ids));
        }

        return ids[position];
    }

    [DoesNotReturn]
    private static void Throw(int id, int position, int rowCount, string parameterName) =>
        throw new ArgumentOutOfRangeException(parameterName, id, $"{parameterName}[{position}] is {id}, but the table has the rows 0 … {rowCount - 1}.");
}
