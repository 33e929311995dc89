using Akin.Kernels.Reference;

namespace Akin.Kernels;

/// <summary>Layer normalisation over rows: y = (x − mean) / √(variance + ε) · γ + β, with the biased variance (Ba, Kiros and Hinton 2016).</summary>
/// <remarks>A row's bits depend on that row alone, not on the other rows or the number of threads.</remarks>
public static class LayerNorm
{
    /// <summary>Normalises every row.</summary>
    /// <param name="input">x, <c>[rows, width]</c>.</param>
    /// <param name="rowCount">Number of rows; 0 does nothing.</param>
    /// <param name="gamma">γ, <c>[width]</c>.</param>
    /// <param name="beta">β, <c>[width]</c>.</param>
    /// <param name="epsilon">ε, added to the variance inside the root.</param>
    /// <param name="output">y, <c>[rows, width]</c>; may be <paramref name="input"/> itself.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Rows(
        ReadOnlySpan<float> input, int rowCount, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, float epsilon, Span<float> output, WorkerPool pool)
    {
        Shape.Require(input.Length, (long)rowCount * gamma.Length, "[rows, width]", nameof(input));
        Shape.Require(beta.Length, gamma.Length, "[width]", nameof(beta));
        Shape.Require(output.Length, input.Length, "[rows, width]", nameof(output));
        Shape.RequireSameOrApart<float, float>(input, output, nameof(output));
        _ = pool;
        int width = gamma.Length;
        for (int row = 0; row < rowCount; row++)
        {
            RowReference.LayerNorm(input.Slice(row * width, width), gamma, beta, epsilon, output.Slice(row * width, width));
        }
    }

    /// <summary>Writes the gradient of the input and adds to those of γ and β.</summary>
    /// <param name="input">x, what <see cref="Rows"/> was given, <c>[rows, width]</c>.</param>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="gamma">γ, <c>[width]</c>.</param>
    /// <param name="epsilon">ε of the forward pass.</param>
    /// <param name="outputGradient">dy, <c>[rows, width]</c>.</param>
    /// <param name="inputGradient">dx, <c>[rows, width]</c>, overwritten; may be <paramref name="input"/> or <paramref name="outputGradient"/>; empty when not wanted.</param>
    /// <param name="gammaGradient">dγ, <c>[width]</c>, added to; empty when not wanted.</param>
    /// <param name="betaGradient">dβ, <c>[width]</c>, added to; empty when not wanted.</param>
    /// <param name="pool">Shares the rows for dx and the columns for dγ and dβ, so that no sum depends on the number of threads.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Backward(
        ReadOnlySpan<float> input,
        int rowCount,
        ReadOnlySpan<float> gamma,
        float epsilon,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        Span<float> gammaGradient,
        Span<float> betaGradient,
        WorkerPool pool)
    {
        int width = gamma.Length;
        Shape.Require(input.Length, (long)rowCount * width, "[rows, width]", nameof(input));
        Shape.Require(outputGradient.Length, input.Length, "[rows, width]", nameof(outputGradient));
        Shape.Require(inputGradient.Length, inputGradient.IsEmpty ? 0 : input.Length, "[rows, width]", nameof(inputGradient));
        Shape.Require(gammaGradient.Length, gammaGradient.IsEmpty ? 0 : width, "[width]", nameof(gammaGradient));
        Shape.Require(betaGradient.Length, betaGradient.IsEmpty ? 0 : width, "[width]", nameof(betaGradient));
        Shape.RequireSameOrApart<float, float>(input, inputGradient, nameof(inputGradient));
        Shape.RequireSameOrApart<float, float>(outputGradient, inputGradient, nameof(inputGradient));
        _ = pool;
        RowReference.LayerNormBackward(input, rowCount, gamma, epsilon, outputGradient, inputGradient, gammaGradient, betaGradient);
    }
}
