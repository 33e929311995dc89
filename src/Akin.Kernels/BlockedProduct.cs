using System.Runtime.InteropServices;

namespace Akin.Kernels;

/// <summary>One product cut into tasks: blocks of rows times groups of panels, each computed in scratch memory and written once.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct BlockedProduct : IParallelBody
{
    /// <summary>Rows of a task: its left rows stay in the second-level cache while panels of the right matrix pass by.</summary>
    private const int RowsPerTask = 96;

    /// <summary>Columns of a task.</summary>
    private const int ColumnsPerTask = 128;

    private int _panelsPerTask;
    private int _columnTaskCount;

    public required GemmKernel Kernel { get; init; }

    public required int RowCount { get; init; }

    public required int ColumnCount { get; init; }

    public required int Depth { get; init; }

    /// <summary><c>[RowCount, Depth]</c>, rows <see cref="LeftStride"/> floats apart.</summary>
    public required float* Left { get; init; }

    public required nint LeftStride { get; init; }

    /// <summary>The right matrix in panels.</summary>
    public required float* Right { get; init; }

    /// <summary><c>[ColumnCount]</c>, or null.</summary>
    public float* Bias { get; init; }

    public Activation Activation { get; init; }

    /// <summary>Multiplies the product before anything is added.</summary>
    public required float Scale { get; init; }

    /// <summary><c>[RowCount, ColumnCount]</c>, or null; times <see cref="AddendScale"/> it is added last.</summary>
    public float* Addend { get; init; }

    public required float AddendScale { get; init; }

    /// <summary><c>[RowCount, ColumnCount]</c>.</summary>
    public required float* Output { get; init; }

    public void Run(WorkerPool pool)
    {
        if (RowCount == 0 || ColumnCount == 0)
        {
            return;
        }

        _panelsPerTask = ColumnsPerTask / Kernel.PanelWidth;
        _columnTaskCount = (ColumnCount + ColumnsPerTask - 1) / ColumnsPerTask;
        int rowTaskCount = (RowCount + RowsPerTask - 1) / RowsPerTask;
        pool.For(checked(rowTaskCount * _columnTaskCount), ref this);
    }

    public readonly void Execute(int taskIndex)
    {
        int firstRow = taskIndex / _columnTaskCount * RowsPerTask;
        int rowCount = Math.Min(RowsPerTask, RowCount - firstRow);
        int firstColumn = taskIndex % _columnTaskCount * ColumnsPerTask;
        int columnCount = Math.Min(ColumnsPerTask, ColumnCount - firstColumn);
        int width = Kernel.PanelWidth;
        float* product = NativeBuffer.Scratch(ScratchUse.Product, RowsPerTask * ColumnsPerTask);
        for (int column = 0; column < columnCount; column += width)
        {
            float* panel = Right + ((nint)(firstColumn + column) * Depth);
            for (int row = 0; row < rowCount; row += Kernel.MaxRows)
            {
                Kernel.Multiply(
                    Math.Min(Kernel.MaxRows, rowCount - row),
                    Depth,
                    Left + ((firstRow + row) * LeftStride),
                    LeftStride,
                    panel,
                    product + (row * ColumnsPerTask) + column,
                    ColumnsPerTask,
                    accumulate: false);
            }
        }

        for (int row = 0; row < rowCount; row++)
        {
            Finish(product + (row * ColumnsPerTask), firstRow + row, firstColumn, columnCount);
        }
    }

    private readonly void Finish(float* product, int row, int firstColumn, int count)
    {
        nint start = ((nint)row * ColumnCount) + firstColumn;
        for (int i = 0; i < count; i++)
        {
            product[i] = (Scale * product[i]) + (Bias == null ? 0 : Bias[firstColumn + i]);
        }

        if (Activation != Activation.None)
        {
            Activations.Apply(Activation, new ReadOnlySpan<float>(product, count), new Span<float>(product, count));
        }

        for (int i = 0; i < count; i++)
        {
            Output[start + i] = product[i] + (Addend == null ? 0 : AddendScale * Addend[start + i]);
        }
    }
}
