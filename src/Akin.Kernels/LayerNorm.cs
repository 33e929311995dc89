using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Akin.Kernels.Lanes;

namespace Akin.Kernels;

/// <summary>Layer normalisation over rows: y = (x − mean) / √(variance + ε) · γ + β, with the biased variance (Ba, Kiros and Hinton 2016).</summary>
/// <remarks>
/// A row's bits depend on that row alone, not on the other rows or the number of threads. The mean is taken twice, the second time of what
/// the first one left, so that a row far from zero loses no digits of its deviation.
/// </remarks>
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
        Rows(KernelTable.Tier, input, rowCount, gamma, beta, epsilon, output, pool);
    }

    /// <summary>Writes the gradient of the input and adds to those of γ and β.</summary>
    /// <param name="input">x, what the forward pass was given, <c>[rows, width]</c>.</param>
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
        Backward(KernelTable.Tier, input, rowCount, gamma, epsilon, outputGradient, inputGradient, gammaGradient, betaGradient, pool);
    }

    internal static void Rows(
        KernelTier tier,
        ReadOnlySpan<float> input,
        int rowCount,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        float epsilon,
        Span<float> output,
        WorkerPool pool) =>
        RowLoop.Run(tier, rowCount, gamma.Length, new ForwardKernel(input, gamma, beta, epsilon, output), pool);

    internal static void Backward(
        KernelTier tier,
        ReadOnlySpan<float> input,
        int rowCount,
        ReadOnlySpan<float> gamma,
        float epsilon,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        Span<float> gammaGradient,
        Span<float> betaGradient,
        WorkerPool pool) =>
        NormGradient.Run<LayerStandardizer>(
            tier, input, rowCount, gamma, epsilon, outputGradient, inputGradient, gammaGradient, betaGradient, pool);

    private readonly ref struct ForwardKernel(
        ReadOnlySpan<float> input, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, float epsilon, Span<float> output) : IRowKernel
    {
        private readonly ReadOnlySpan<float> _input = input;
        private readonly ReadOnlySpan<float> _gamma = gamma;
        private readonly ReadOnlySpan<float> _beta = beta;
        private readonly Span<float> _output = output;

        public void Run<V>(int row)
            where V : unmanaged, ILanes<V>
        {
            int width = _gamma.Length;
            ref float x = ref Unsafe.Add(ref MemoryMarshal.GetReference(_input), row * width);
            ref float y = ref Unsafe.Add(ref MemoryMarshal.GetReference(_output), row * width);
            ref float gamma = ref MemoryMarshal.GetReference(_gamma);
            ref float beta = ref MemoryMarshal.GetReference(_beta);
            Standardization standardization = LayerStandardizer.Measure<V>(ref x, width, epsilon);
            Write<V>(ref x, standardization, ref gamma, ref beta, ref y, width);
        }

        [MethodImpl(HotCode.Options)]
        private static void Write<V>(ref float x, Standardization row, ref float gamma, ref float beta, ref float y, int width)
            where V : unmanaged, ILanes<V>
        {
            int i = 0;
            for (; i <= width - V.Count; i += V.Count)
            {
                V normalized = row.Apply(V.Load(ref Unsafe.Add(ref x, i)));
                V result = V.MultiplyAdd(normalized, V.Load(ref Unsafe.Add(ref gamma, i)), V.Load(ref Unsafe.Add(ref beta, i)));
                V.Store(result, ref Unsafe.Add(ref y, i));
            }

            if (i < width)
            {
                V normalized = row.Apply(PartialLanes.Load<V>(ref Unsafe.Add(ref x, i), width - i, 0));
                V lastGamma = PartialLanes.Load<V>(ref Unsafe.Add(ref gamma, i), width - i, 0);
                V lastBeta = PartialLanes.Load<V>(ref Unsafe.Add(ref beta, i), width - i, 0);
                PartialLanes.Store(V.MultiplyAdd(normalized, lastGamma, lastBeta), ref Unsafe.Add(ref y, i), width - i);
            }
        }
    }
}
