namespace Akin.Kernels;

/// <summary>The weight of a linear layer, <c>W [outputs, inputs]</c>, stored in the order in which the running tier's kernel reads it.</summary>
/// <remarks>
/// <para>
/// Columns of <c>Wᵀ</c> lie in panels of a few outputs, <c>[panel][input][output in panel]</c>, the last panel filled up with zeros.
/// The memory is outside the managed heap and is freed when the matrix is collected.
/// </para>
/// <para>Packing must not overlap with other uses; multiplying is thread-safe.</para>
/// </remarks>
#pragma warning disable CA1001 // the buffer is a SafeHandle and frees itself: weights are plain managed objects
public sealed unsafe class PackedMatrix
#pragma warning restore CA1001
{
    private readonly NativeBuffer _buffer;

    /// <summary>Makes a matrix of zeros.</summary>
    /// <param name="inputSize">Columns of W: at least 0.</param>
    /// <param name="outputSize">Rows of W: at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    public PackedMatrix(int inputSize, int outputSize)
        : this(inputSize, outputSize, GemmKernel.Current)
    {
    }

    internal PackedMatrix(int inputSize, int outputSize, GemmKernel kernel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputSize);
        ArgumentOutOfRangeException.ThrowIfNegative(outputSize);
        InputSize = inputSize;
        OutputSize = outputSize;
        Kernel = kernel;
        PanelCount = (int)(((long)outputSize + kernel.PanelWidth - 1) / kernel.PanelWidth);
        _buffer = new NativeBuffer((long)PanelCount * PanelLength);
    }

    /// <summary>Columns of W.</summary>
    public int InputSize { get; }

    /// <summary>Rows of W.</summary>
    public int OutputSize { get; }

    internal GemmKernel Kernel { get; }

    internal int PanelCount { get; }

    /// <summary>Floats of a panel.</summary>
    internal long PanelLength => (long)InputSize * Kernel.PanelWidth;

    /// <summary>Stores rows of W; several calls fuse several layers into one matrix.</summary>
    /// <param name="firstOutput">The first row of W to set.</param>
    /// <param name="weight">The rows, <c>[n, inputs]</c>, as a torch <c>Linear</c> stores them.</param>
    /// <param name="pool">The threads to use. Default: the calling thread only.</param>
    /// <exception cref="ArgumentException">The rows are not whole or reach beyond the matrix.</exception>
    public void Pack(int firstOutput, ReadOnlySpan<float> weight, WorkerPool? pool = null)
    {
        int count = OutputsIn(firstOutput, weight.Length);
        if (count == 0)
        {
            return;
        }

        fixed (float* rows = weight)
        {
            RowPacking packing = new(this, firstOutput, count, rows);
            (pool ?? WorkerPool.Serial).For(packing.PanelCount, ref packing);
        }

        GC.KeepAlive(this);
    }

    /// <summary>Stores rows of W from their transpose.</summary>
    /// <param name="firstOutput">The first row of W to set.</param>
    /// <param name="weight">The rows as columns, <c>[inputs, n]</c>: a <c>Conv1D</c> or TensorFlow kernel, or the W of <c>dX = dY·W</c>.</param>
    /// <exception cref="ArgumentException">The columns are not whole or reach beyond the matrix.</exception>
    public void PackTransposed(int firstOutput, ReadOnlySpan<float> weight)
    {
        int count = OutputsIn(firstOutput, weight.Length);
        for (int done = 0; done < count;)
        {
            int step = OutputsInPanel(firstOutput + done, count - done, out float* column);
            for (int k = 0; k < InputSize; k++)
            {
                weight.Slice((k * count) + done, step).CopyTo(new Span<float>(column + ((nint)k * Kernel.PanelWidth), step));
            }

            done += step;
        }

        GC.KeepAlive(this);
    }

    /// <summary>Reads rows of W back: the same bits that were packed.</summary>
    /// <param name="firstOutput">The first row of W to read.</param>
    /// <param name="weight">Receives <c>[n, inputs]</c>.</param>
    /// <exception cref="ArgumentException">The rows are not whole or reach beyond the matrix.</exception>
    public void Unpack(int firstOutput, Span<float> weight)
    {
        int count = OutputsIn(firstOutput, weight.Length);
        fixed (float* rows = weight)
        {
            for (int done = 0; done < count;)
            {
                int step = OutputsInPanel(firstOutput + done, count - done, out float* column);
                PanelPacking.LoadColumns(column, Kernel.PanelWidth, InputSize, step, rows + ((nint)done * InputSize));
                done += step;
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>The start of a panel; valid while this object is alive.</summary>
    internal float* Panel(int panel) => _buffer.Pointer + (panel * PanelLength);

    /// <summary>Where an output lies, and how many of the next ones lie in the same panel.</summary>
    private int OutputsInPanel(int output, int count, out float* column)
    {
        int place = output % Kernel.PanelWidth;
        column = Panel(output / Kernel.PanelWidth) + place;
        return Math.Min(count, Kernel.PanelWidth - place);
    }

    private int OutputsIn(int firstOutput, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstOutput);
        int count = InputSize == 0 ? 0 : length / InputSize;
        if (count * (long)InputSize != length || firstOutput + (long)count > OutputSize)
        {
            throw new ArgumentException(
                $"{length} floats at output {firstOutput} do not fit a matrix of {OutputSize} outputs and {InputSize} inputs: " +
                $"expected whole rows of {InputSize}, at most {Math.Max(0, OutputSize - firstOutput)} of them.",
                nameof(length));
        }

        return count;
    }

    /// <summary>Stores rows of W panel by panel.</summary>
    private readonly struct RowPacking(PackedMatrix matrix, int firstOutput, int count, float* rows) : IParallelBody
    {
        private readonly int _firstPanel = firstOutput / matrix.Kernel.PanelWidth;

        public int PanelCount => ((firstOutput + count - 1) / matrix.Kernel.PanelWidth) - _firstPanel + 1;

        public void Execute(int taskIndex)
        {
            int output = Math.Max(firstOutput, (_firstPanel + taskIndex) * matrix.Kernel.PanelWidth);
            int done = output - firstOutput;
            int step = matrix.OutputsInPanel(output, count - done, out float* column);
            PanelPacking.StoreColumns(
                rows + ((nint)done * matrix.InputSize), matrix.InputSize, matrix.InputSize, step, column, matrix.Kernel.PanelWidth);
        }
    }
}
