using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Akin.Kernels.Lanes;

namespace Akin.Kernels;

/// <summary>Root-mean-square normalisation over rows: y = x / √(mean x² + ε) · γ (Zhang and Sennrich 2019; T5's layer norm).</summary>
/// <remarks>A row's bits depend on that row alone, not on the other rows or the number of threads.</remarks>
public static class RmsNorm
{
    /// <summary>Normalises every row.</summary>
    /// <param name="input">x, <c>[rows, width]</c>.</param>
    /// <param name="rowCount">Number of rows; 0 does nothing.</param>
    /// <param name="gamma">γ, <c>[width]</c>.</param>
    /// <param name="epsilon">ε, added to the mean square inside the root.</param>
    /// <param name="output">y, <c>[rows, width]</c>; may be <paramref name="input"/> itself.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Rows(ReadOnlySpan<float> input, int rowCount, ReadOnlySpan<float> gamma, float epsilon, Span<float> output, WorkerPool pool)
    {
        Shape.Require(input.Length, (long)rowCount * gamma.Length, "[rows, width]", nameof(input));
        Shape.Require(output.Length, input.Length, "[rows, width]", nameof(output));
        Shape.RequireSameOrApart<float, float>(input, output, nameof(output));
        Rows(KernelTable.Tier, input, rowCount, gamma, epsilon, output, pool);
    }

    /// <summary>Writes the gradient of the input and adds to that of γ.</summary>
    /// <param name="input">x, what the forward pass was given, <c>[rows, width]</c>.</param>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="gamma">γ, <c>[width]</c>.</param>
    /// <param name="epsilon">ε of the forward pass.</param>
    /// <param name="outputGradient">dy, <c>[rows, width]</c>.</param>
    /// <param name="inputGradient">dx, <c>[rows, width]</c>, overwritten; may be <paramref name="input"/> or <paramref name="outputGradient"/>; empty when not wanted.</param>
    /// <param name="gammaGradient">dγ, <c>[width]</c>, added to; empty when not wanted.</param>
    /// <param name="pool">Shares the rows for dx and the columns for dγ, so that no sum depends on the number of threads.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Backward(
        ReadOnlySpan<float> input,
        int rowCount,
        ReadOnlySpan<float> gamma,
        float epsilon,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        Span<float> gammaGradient,
        WorkerPool pool)
    {
        int width = gamma.Length;
        Shape.Require(input.Length, (long)rowCount * width, "[rows, width]", nameof(input));
        Shape.Require(outputGradient.Length, input.Length, "[rows, width]", nameof(outputGradient));
        Shape.Require(inputGradient.Length, inputGradient.IsEmpty ? 0 : input.Length, "[rows, width]", nameof(inputGradient));
        Shape.Require(gammaGradient.Length, gammaGradient.IsEmpty ? 0 : width, "[width]", nameof(gammaGradient));
        Shape.RequireSameOrApart<float, float>(input, inputGradient, nameof(inputGradient));
        Shape.RequireSameOrApart<float, float>(outputGradient, inputGradient, nameof(inputGradient));
        Backward(KernelTable.Tier, input, rowCount, gamma, epsilon, outputGradient, inputGradient, gammaGradient, pool);
    }

    internal static void Rows(
        KernelTier tier, ReadOnlySpan<float> input, int rowCount, ReadOnlySpan<float> gamma, float epsilon, Span<float> output, WorkerPool pool) =>
        RowLoop.Run(tier, rowCount, gamma.Length, new ForwardKernel(input, gamma, epsilon, output), pool);

    internal static void Backward(
        KernelTier tier,
        ReadOnlySpan<float> input,
        int rowCount,
        ReadOnlySpan<float> gamma,
        float epsilon,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        Span<float> gammaGradient,
        WorkerPool pool) =>
        NormGradient.Run<RmsStandardizer>(tier, input, rowCount, gamma, epsilon, outputGradient, inputGradient, gammaGradient, default, pool);

    private readonly ref struct ForwardKernel(ReadOnlySpan<float> input, ReadOnlySpan<float> gamma, float epsilon, Span<float> output) : IRowKernel
    {
        private readonly ReadOnlySpan<float> _input = input;
        private readonly ReadOnlySpan<float> _gamma = gamma;
        private readonly Span<float> _output = output;

        public void Run<V>(int row)
            where V : unmanaged, ILanes<V>
        {
            int width = _gamma.Length;
            ref float x = ref Unsafe.Add(ref MemoryMarshal.GetReference(_input), row * width);
            ref float y = ref Unsafe.Add(ref MemoryMarshal.GetReference(_output), row * width);
            Standardization standardization = RmsStandardizer.Measure<V>(ref x, width, epsilon);
            RowMath.Map<ScaleMap, V>(ref x, ref MemoryMarshal.GetReference(_gamma), standardization.Scale, standardization.ScaleLow, ref y, width);
        }
    }

    private readonly struct ScaleMap : IRowMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y, V a, V b)
            where V : unmanaged, ILanes<V> => V.MultiplyAdd(x, b, x * a) * y;
    }
}
