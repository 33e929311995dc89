using System.Runtime.CompilerServices;

namespace Akin.Kernels;

/// <summary>Products of float32 matrices.</summary>
/// <remarks>
/// Every element is one chain of fused multiply-adds over the inner dimension in ascending order, so its bits depend neither on the number
/// of rows or columns, nor on its place, nor on the number of threads. (On processors without fused multiply-add the Vector128 tier rounds
/// products and sums apart.) Thread-safe.
/// </remarks>
public static unsafe class Gemm
{
    /// <summary><c>output = activation(input · Wᵀ + bias) + residual</c>, the linear layer.</summary>
    /// <param name="input"><c>[rows, inputs]</c>.</param>
    /// <param name="rowCount">Rows of the input; with 0 nothing happens.</param>
    /// <param name="weight">W, <c>[outputs, inputs]</c>.</param>
    /// <param name="epilogue">Bias, activation and residual; <c>default</c> for none.</param>
    /// <param name="output">Receives <c>[rows, outputs]</c>. It must not overlap the input.</param>
    /// <param name="pool">The threads to use.</param>
    /// <exception cref="ArgumentException">The length of a span differs from what the sizes say.</exception>
    public static void Multiply(
        ReadOnlySpan<float> input, int rowCount, PackedMatrix weight, in Epilogue epilogue, Span<float> output, WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        RequireLength(input.Length, rowCount, weight.InputSize);
        RequireLength(output.Length, rowCount, weight.OutputSize);
        if (!epilogue.Bias.IsEmpty)
        {
            RequireLength(epilogue.Bias.Length, 1, weight.OutputSize);
        }

        if (!epilogue.Residual.IsEmpty)
        {
            RequireLength(epilogue.Residual.Length, rowCount, weight.OutputSize);
        }

        if (!epilogue.PreActivation.IsEmpty)
        {
            RequireLength(epilogue.PreActivation.Length, rowCount, weight.OutputSize);
        }

        if (output.Overlaps(input))
        {
            throw new ArgumentException("The output overlaps the input: a product cannot be computed in place.", nameof(output));
        }

        fixed (float* a = input, c = output, bias = epilogue.Bias, residual = epilogue.Residual, preActivation = epilogue.PreActivation)
        {
            BlockedProduct product = new()
            {
                Kernel = weight.Kernel,
                RowCount = rowCount,
                ColumnCount = weight.OutputSize,
                Depth = weight.InputSize,
                Left = a,
                Right = weight.Panel(0),
                Bias = bias,
                Activation = epilogue.Activation,
                PreActivation = preActivation,
                Scale = 1,
                Addend = residual,
                AddendScale = 1,
                Output = c,
            };
            product.Run(pool);
        }

        GC.KeepAlive(weight);
    }

    /// <summary><c>C = alpha · op(A) · op(B) + beta · C</c>; both sides are packed for this call.</summary>
    /// <param name="transposeLeft">Whether A is stored transposed.</param>
    /// <param name="transposeRight">Whether B is stored transposed.</param>
    /// <param name="rowCount">m: rows of C.</param>
    /// <param name="columnCount">n: columns of C.</param>
    /// <param name="depth">k: the inner dimension; with 0 the product is zero.</param>
    /// <param name="alpha">Scales the product.</param>
    /// <param name="left">A: <c>[m, k]</c>, or <c>[k, m]</c> when stored transposed.</param>
    /// <param name="right">B: <c>[k, n]</c>, or <c>[n, k]</c> when stored transposed.</param>
    /// <param name="beta">Scales C; with 0 its old content is not read.</param>
    /// <param name="output">C: <c>[m, n]</c>. It must overlap neither A nor B.</param>
    /// <param name="pool">The threads to use.</param>
    /// <exception cref="ArgumentException">The length of a span differs from what the sizes say.</exception>
    public static void Multiply(
        Transpose transposeLeft,
        Transpose transposeRight,
        int rowCount,
        int columnCount,
        int depth,
        float alpha,
        ReadOnlySpan<float> left,
        ReadOnlySpan<float> right,
        float beta,
        Span<float> output,
        WorkerPool pool) =>
        Multiply(
            GemmKernel.Current, transposeLeft, transposeRight, rowCount, columnCount, depth, alpha, left, right, beta, output, pool);

    internal static void Multiply(
        GemmKernel kernel,
        Transpose transposeLeft,
        Transpose transposeRight,
        int rowCount,
        int columnCount,
        int depth,
        float alpha,
        ReadOnlySpan<float> left,
        ReadOnlySpan<float> right,
        float beta,
        Span<float> output,
        WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ArgumentOutOfRangeException.ThrowIfNegative(columnCount);
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        RequireLength(left.Length, rowCount, depth);
        RequireLength(right.Length, depth, columnCount);
        RequireLength(output.Length, rowCount, columnCount);
        if (output.Overlaps(left) || output.Overlaps(right))
        {
            throw new ArgumentException("The output overlaps an operand: a product cannot be computed in place.", nameof(output));
        }

        fixed (float* a = left, b = right, c = output)
        {
            PanelPacking packing = new()
            {
                Source = b,
                IsTransposed = transposeRight == Transpose.Yes,
                Depth = depth,
                ColumnCount = columnCount,
                PanelWidth = kernel.PanelWidth,
                Panels = NativeBuffer.Scratch(ScratchUse.RightPanels, PanelPacking.LengthOf(kernel.PanelWidth, depth, columnCount)),
            };
            packing.Run(pool);
            BlockedProduct product = new()
            {
                Kernel = kernel,
                RowCount = rowCount,
                ColumnCount = columnCount,
                Depth = depth,
                Left = a,
                IsLeftTransposed = transposeLeft == Transpose.Yes,
                Right = packing.Panels,
                Scale = alpha,
                Addend = beta == 0 ? null : c,
                AddendScale = beta,
                Output = c,
            };
            product.Run(pool);
        }
    }

    private static void RequireLength(
        int length, int rowCount, int columnCount, [CallerArgumentExpression(nameof(length))] string name = "")
    {
        if (length != (long)rowCount * columnCount)
        {
            throw new ArgumentException($"{name} is {length}: expected {(long)rowCount * columnCount} ([{rowCount}, {columnCount}]).");
        }
    }
}
