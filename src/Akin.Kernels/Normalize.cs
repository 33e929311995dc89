using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Akin.Kernels.Lanes;

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
        Rows(KernelTable.Tier, input, rowCount, width, epsilon, output, pool);
    }

    /// <summary>Writes the gradient of the input: dx = (dy − y (y · dy)) / |x|, and dy / ε where |x| is below ε.</summary>
    /// <param name="input">x, what the forward pass was given, <c>[rows, width]</c>.</param>
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
        Backward(KernelTable.Tier, input, rowCount, width, epsilon, outputGradient, inputGradient, pool);
    }

    internal static void Rows(
        KernelTier tier, ReadOnlySpan<float> input, int rowCount, int width, float epsilon, Span<float> output, WorkerPool pool) =>
        RowLoop.Run(tier, rowCount, width, new ForwardKernel(input, width, epsilon, output), pool);

    internal static void Backward(
        KernelTier tier,
        ReadOnlySpan<float> input,
        int rowCount,
        int width,
        float epsilon,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        WorkerPool pool) =>
        RowLoop.Run(tier, rowCount, width, new BackwardKernel(input, width, epsilon, outputGradient, inputGradient), pool);

    private readonly ref struct ForwardKernel(ReadOnlySpan<float> input, int width, float epsilon, Span<float> output) : IRowKernel
    {
        private readonly ReadOnlySpan<float> _input = input;
        private readonly Span<float> _output = output;

        public void Run<V>(int row)
            where V : unmanaged, ILanes<V>
        {
            ref float x = ref Unsafe.Add(ref MemoryMarshal.GetReference(_input), row * width);
            ref float y = ref Unsafe.Add(ref MemoryMarshal.GetReference(_output), row * width);
            float length = MathF.Sqrt(Reduction.Dot<V>(ref x, ref x, width));
            RowMath.Map<DivideMap, V>(ref x, ref x, Math.Max(length, epsilon), 0, ref y, width);
        }
    }

    private readonly ref struct BackwardKernel(
        ReadOnlySpan<float> input, int width, float epsilon, ReadOnlySpan<float> outputGradient, Span<float> inputGradient) : IRowKernel
    {
        private readonly ReadOnlySpan<float> _input = input;
        private readonly ReadOnlySpan<float> _outputGradient = outputGradient;
        private readonly Span<float> _inputGradient = inputGradient;

        public void Run<V>(int row)
            where V : unmanaged, ILanes<V>
        {
            ref float x = ref Unsafe.Add(ref MemoryMarshal.GetReference(_input), row * width);
            ref float dy = ref Unsafe.Add(ref MemoryMarshal.GetReference(_outputGradient), row * width);
            ref float dx = ref Unsafe.Add(ref MemoryMarshal.GetReference(_inputGradient), row * width);
            float length = MathF.Sqrt(Reduction.Dot<V>(ref x, ref x, width));
            float projection = length > epsilon ? Reduction.Dot<V>(ref x, ref dy, width) / length / length : 0;
            RowMath.Map<GradientMap, V>(ref x, ref dy, -projection, Math.Max(length, epsilon), ref dx, width);
        }
    }

    private readonly struct DivideMap : IRowMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y, V a, V b)
            where V : unmanaged, ILanes<V> => x / a;
    }

    private readonly struct GradientMap : IRowMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y, V a, V b)
            where V : unmanaged, ILanes<V> => V.MultiplyAdd(x, a, y) / b;
    }
}
