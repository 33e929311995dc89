using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Akin.Kernels.Lanes;

namespace Akin.Kernels;

/// <summary>Logarithm of the softmax over the rows of a matrix: yⱼ = (xⱼ − max x) − ln Σₖ e^(xₖ − max x).</summary>
/// <remarks>Rows of −∞, and rows with NaN or +∞, behave as in <see cref="Softmax"/>. A row's bits depend on that row alone.</remarks>
public static class LogSoftmax
{
    /// <summary>Writes the log-softmax of every row.</summary>
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
        Rows(KernelTable.Tier, input, rowCount, columnCount, output, pool);
    }

    /// <summary>Writes the gradient of the input: dxⱼ = dyⱼ − e^yⱼ Σₖ dyₖ.</summary>
    /// <param name="output">y, what the forward pass wrote, <c>[rows, columns]</c>.</param>
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
        Backward(KernelTable.Tier, output, rowCount, columnCount, outputGradient, inputGradient, pool);
    }

    internal static void Rows(KernelTier tier, ReadOnlySpan<float> input, int rowCount, int columnCount, Span<float> output, WorkerPool pool) =>
        RowLoop.Run(tier, rowCount, columnCount, new ForwardKernel(input, columnCount, output), pool);

    internal static void Backward(
        KernelTier tier,
        ReadOnlySpan<float> output,
        int rowCount,
        int columnCount,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        WorkerPool pool) =>
        RowLoop.Run(tier, rowCount, columnCount, new BackwardKernel(output, columnCount, outputGradient, inputGradient), pool);

    private readonly ref struct ForwardKernel(ReadOnlySpan<float> input, int columnCount, Span<float> output) : IRowKernel
    {
        private readonly ReadOnlySpan<float> _input = input;
        private readonly Span<float> _output = output;

        public void Run<V>(int row)
            where V : unmanaged, ILanes<V>
        {
            ref float x = ref Unsafe.Add(ref MemoryMarshal.GetReference(_input), row * columnCount);
            ref float y = ref Unsafe.Add(ref MemoryMarshal.GetReference(_output), row * columnCount);
            float maximum = Reduction.Maximum<V>(ref x, columnCount);
            float logarithm = LaneMath.Log(new ScalarLane(RowMath.SumOfExponentials<V>(ref x, maximum, columnCount))).Value;
            RowMath.Map<SubtractBothMap, V>(ref x, ref x, maximum, logarithm, ref y, columnCount);
        }
    }

    private readonly ref struct BackwardKernel(
        ReadOnlySpan<float> output, int columnCount, ReadOnlySpan<float> outputGradient, Span<float> inputGradient) : IRowKernel
    {
        private readonly ReadOnlySpan<float> _output = output;
        private readonly ReadOnlySpan<float> _outputGradient = outputGradient;
        private readonly Span<float> _inputGradient = inputGradient;

        public void Run<V>(int row)
            where V : unmanaged, ILanes<V>
        {
            ref float y = ref Unsafe.Add(ref MemoryMarshal.GetReference(_output), row * columnCount);
            ref float dy = ref Unsafe.Add(ref MemoryMarshal.GetReference(_outputGradient), row * columnCount);
            ref float dx = ref Unsafe.Add(ref MemoryMarshal.GetReference(_inputGradient), row * columnCount);
            float sum = Reduction.Sum<V>(ref dy, columnCount);
            RowMath.Map<GradientMap, V>(ref y, ref dy, -sum, 0, ref dx, columnCount);
        }
    }

    private readonly struct SubtractBothMap : IRowMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y, V a, V b)
            where V : unmanaged, ILanes<V> => x - a - b;
    }

    private readonly struct GradientMap : IRowMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y, V a, V b)
            where V : unmanaged, ILanes<V> => V.MultiplyAdd(LaneMath.Exp(x), a, y);
    }
}
