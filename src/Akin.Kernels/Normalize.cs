using Akin.Kernels.Reference;

namespace Akin.Kernels;

/// <summary>Scales rows to unit Euclidean length: y = x / max(|x|, ε), as PyTorch's <c>normalize</c>.</summary>
/// <remarks>A row's bits depend on that row alone, not on the other rows or the number of threads.</remarks>
public static class Normalize
{
    /// <summary>PyTorch's ε: a row of zeros stays zero.</summary>
    public const float DefaultEpsilon = 1e-12f;

    /// <summary>Normalises every row.</summary>
    /// <param name="input">x, <c>[rows, width]</c>.</param>
    /// <param name="rowCount">Number of rows; 0 does nothing.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="epsilon">ε, the smallest length divided by; usually <see cref="DefaultEpsilon"/>.</param>
    /// <param name="output">y, <c>[rows, width]</c>; may be <paramref name="input"/> itself.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Rows(ReadOnlySpan<float> input, int rowCount, int width, float epsilon, Span<float> output, WorkerPool pool)
    {
        Shape.Require(input.Length, (long)rowCount * width, "[rows, width]", nameof(input));
        Shape.Require(output.Length, input.Length, "[rows, width]", nameof(output));
        Shape.RequireSameOrApart<float, float>(input, output, nameof(output));
        _ = pool;
        for (int row = 0; row < rowCount; row++)
        {
            RowReference.Normalize(input.Slice(row * width, width), epsilon, output.Slice(row * width, width));
        }
    }

    /// <summary>Writes the gradient of the input: dx = (dy − y (y · dy)) / |x|, and dy / ε where |x| is below ε.</summary>
    /// <param name="input">x, what <see cref="Rows"/> was given, <c>[rows, width]</c>.</param>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="epsilon">ε of the forward pass.</param>
    /// <param name="outputGradient">dy, <c>[rows, width]</c>.</param>
    /// <param name="inputGradient">dx, <c>[rows, width]</c>, overwritten; may be one of the two inputs.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Backward(
        ReadOnlySpan<float> input,
        int rowCount,
        int width,
        float epsilon,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        WorkerPool pool)
    {
        Shape.Require(input.Length, (long)rowCount * width, "[rows, width]", nameof(input));
        Shape.Require(outputGradient.Length, input.Length, "[rows, width]", nameof(outputGradient));
        Shape.Require(inputGradient.Length, input.Length, "[rows, width]", nameof(inputGradient));
        Shape.RequireSameOrApart<float, float>(input, inputGradient, nameof(inputGradient));
        Shape.RequireSameOrApart<float, float>(outputGradient, inputGradient, nameof(inputGradient));
        _ = pool;
        for (int row = 0; row < rowCount; row++)
        {
            int start = row * width;
            RowReference.NormalizeBackward(
                input.Slice(start, width), epsilon, outputGradient.Slice(start, width), inputGradient.Slice(start, width));
        }
    }
}
