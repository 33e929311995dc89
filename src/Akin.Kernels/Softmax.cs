using Akin.Kernels.Reference;

namespace Akin.Kernels;

/// <summary>Softmax over the rows of a matrix: yⱼ = e^(xⱼ − max x) / Σₖ e^(xₖ − max x).</summary>
/// <remarks>
/// As in PyTorch: a row that is −∞ throughout, or holds a NaN or +∞, becomes NaN; a row filled with the lowest float is uniform.
/// A row's bits depend on that row alone, not on the other rows or the number of threads.
/// </remarks>
public static class Softmax
{
    /// <summary>Writes the softmax of every row.</summary>
    /// <param name="input">x, <c>[rows, columns]</c>.</param>
    /// <param name="rowCount">Number of rows; 0 does nothing.</param>
    /// <param name="columnCount">Number of columns.</param>
    /// <param name="output">y, <c>[rows, columns]</c>; may be <paramref name="input"/> itself.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Rows(ReadOnlySpan<float> input, int rowCount, int columnCount, Span<float> output, WorkerPool pool)
    {
        Shape.Require(input.Length, (long)rowCount * columnCount, "[rows, columns]", nameof(input));
        Shape.Require(output.Length, input.Length, "[rows, columns]", nameof(output));
        Shape.RequireSameOrApart<float, float>(input, output, nameof(output));
        _ = pool;
        for (int row = 0; row < rowCount; row++)
        {
            RowReference.Softmax(input.Slice(row * columnCount, columnCount), output.Slice(row * columnCount, columnCount));
        }
    }

    /// <summary>Writes the gradient of the input: dxⱼ = yⱼ (dyⱼ − Σₖ dyₖ yₖ).</summary>
    /// <param name="output">y, what <see cref="Rows"/> wrote, <c>[rows, columns]</c>.</param>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="columnCount">Number of columns.</param>
    /// <param name="outputGradient">dy, <c>[rows, columns]</c>.</param>
    /// <param name="inputGradient">dx, <c>[rows, columns]</c>, overwritten; may be one of the two inputs.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Backward(
        ReadOnlySpan<float> output, int rowCount, int columnCount, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, WorkerPool pool)
    {
        Shape.Require(output.Length, (long)rowCount * columnCount, "[rows, columns]", nameof(output));
        Shape.Require(outputGradient.Length, output.Length, "[rows, columns]", nameof(outputGradient));
        Shape.Require(inputGradient.Length, output.Length, "[rows, columns]", nameof(inputGradient));
        Shape.RequireSameOrApart<float, float>(output, inputGradient, nameof(inputGradient));
        Shape.RequireSameOrApart<float, float>(outputGradient, inputGradient, nameof(inputGradient));
        _ = pool;
        for (int row = 0; row < rowCount; row++)
        {
            int start = row * columnCount;
            RowReference.SoftmaxBackward(
                output.Slice(start, columnCount), outputGradient.Slice(start, columnCount), inputGradient.Slice(start, columnCount));
        }
    }
}
