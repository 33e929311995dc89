using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Akin.Kernels;

/// <summary>One product cut into tasks: blocks of rows times groups of panels, each computed in scratch memory and written once.</summary>
/// <remarks>
/// Within a task the inner dimension is cut into blocks, so that the left rows stay in the second-level cache while panels of the right
/// matrix stream past. The cuts never change a bit: a sum goes on from one block to the next exactly where it stopped.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct BlockedProduct : IParallelBody
{
    /// <summary>Most rows of a task: with a block of depth they fill about half of a second-level cache of 1 MiB.</summary>
    private const int MaxRowsPerTask = 192;

    /// <summary>Most columns of a task.</summary>
    private const int MaxColumnsPerTask = 256;

    /// <summary>Most terms of a sum before the next panel is taken up.</summary>
    private const int MaxDepth = 1536;

    /// <summary>Bytes after which addresses fall into the same set of a first-level cache: 64 sets of 64-byte lines.</summary>
    private const int CacheSetPeriod = 4096;

    /// <summary>Tasks for each thread, where the product is large enough: threads that are held up leave work to the others.</summary>
    private const int TasksPerThread = 8;

    /// <summary>The same where every task copies its left rows first: fewer and wider ones.</summary>
    private const int TasksPerThreadWithCopies = 2;

    private int _rowTaskCount;
    private int _columnTaskCount;
    private int _panelCount;

    public required GemmKernel Kernel { get; init; }

    public required int RowCount { get; init; }

    public required int ColumnCount { get; init; }

    public required int Depth { get; init; }

    /// <summary><c>[RowCount, Depth]</c>, or <c>[Depth, RowCount]</c> when <see cref="IsLeftTransposed"/>.</summary>
    public required float* Left { get; init; }

    public bool IsLeftTransposed { get; init; }

    /// <summary>The right matrix in panels.</summary>
    public required float* Right { get; init; }

    /// <summary><c>[ColumnCount]</c>, or null.</summary>
    public float* Bias { get; init; }

    public Activation Activation { get; init; }

    /// <summary>Receives what the activation is given, <c>[RowCount, ColumnCount]</c>, or null.</summary>
    public float* PreActivation { get; init; }

    /// <summary>Multiplies the product before anything is added.</summary>
    public required float Scale { get; init; }

    /// <summary><c>[RowCount, ColumnCount]</c>, or null; times <see cref="AddendScale"/> it is added last.</summary>
    public float* Addend { get; init; }

    public required float AddendScale { get; init; }

    /// <summary><c>[RowCount, ColumnCount]</c>.</summary>
    public required float* Output { get; init; }

    /// <summary>Whether the left rows would fight for the same cache sets where they lie.</summary>
    private readonly bool IsLeftCopied => RowCount > 1 && (IsLeftTransposed || (nint)Depth * sizeof(float) % CacheSetPeriod == 0);

    public void Run(WorkerPool pool)
    {
        if (RowCount == 0 || ColumnCount == 0)
        {
            return;
        }

        int width = Kernel.PanelWidth;
        _panelCount = DivideUp(ColumnCount, width);
        _rowTaskCount = DivideUp(RowCount, MaxRowsPerTask);
        _columnTaskCount = DivideUp(_panelCount, MaxColumnsPerTask / width);
        int wanted = pool.ThreadCount == 1 ? 1 : pool.ThreadCount * (IsLeftCopied ? TasksPerThreadWithCopies : TasksPerThread);
        if ((long)_rowTaskCount * _columnTaskCount < wanted)
        {
            _columnTaskCount = Math.Min(_panelCount, DivideUp(wanted, _rowTaskCount));
        }

        pool.For(checked(_rowTaskCount * _columnTaskCount), ref this);
    }

    public readonly void Execute(int taskIndex)
    {
        int rowTask = taskIndex % _rowTaskCount, columnTask = taskIndex / _rowTaskCount; // neighbours share the panels, which are larger than the rows
        int firstRow = Share(RowCount, rowTask, _rowTaskCount);
        int rowCount = Share(RowCount, rowTask + 1, _rowTaskCount) - firstRow;
        int firstPanel = Share(_panelCount, columnTask, _columnTaskCount);
        int panelCount = Share(_panelCount, columnTask + 1, _columnTaskCount) - firstPanel;

        int width = Kernel.PanelWidth;
        nint stride = (nint)panelCount * width;
        float* product = NativeBuffer.Scratch(ScratchUse.Product, rowCount * stride);
        int blockCount = Math.Max(1, DivideUp(Depth, MaxDepth));
        for (int block = 0; block < blockCount; block++)
        {
            int start = Share(Depth, block, blockCount);
            int depth = Share(Depth, block + 1, blockCount) - start;
            float* left = LeftBlock(firstRow, rowCount, start, depth, out nint leftStride, out nint leftStep);
            for (int panel = 0; panel < panelCount; panel++)
            {
                float* right = Right + ((((firstPanel + panel) * (nint)Depth) + start) * width);
                Kernel.Multiply(
                    rowCount, depth, left, leftStride, leftStep, right, product + (panel * width), stride, accumulate: block > 0);
            }
        }

        int firstColumn = firstPanel * width;
        int columnCount = Math.Min((int)stride, ColumnCount - firstColumn);
        for (int row = 0; row < rowCount; row++)
        {
            Finish(product + (row * stride), ((nint)(firstRow + row) * ColumnCount) + firstColumn, firstColumn, columnCount);
        }
    }

    private static int DivideUp(int count, int size) => (int)(((long)count + size - 1) / size);

    /// <summary>Where part <paramref name="index"/> begins when a length is cut into nearly equal parts.</summary>
    private static int Share(int length, int index, int partCount) => (int)((long)length * index / partCount);

    /// <summary>The left rows of a block: where they lie, or copied where they would fight for the same cache sets.</summary>
    private readonly float* LeftBlock(int firstRow, int rowCount, int start, int depth, out nint stride, out nint step)
    {
        const int LineLength = NativeBuffer.Alignment / sizeof(float);
        nint sourceStride;
        float* source;
        int lineCount, length; // stored lines of the block and floats in each
        if (IsLeftTransposed)
        {
            sourceStride = RowCount;
            source = Left + (start * sourceStride) + firstRow;
            (lineCount, length) = (depth, rowCount);
        }
        else
        {
            sourceStride = Depth;
            source = Left + (firstRow * sourceStride) + start;
            (lineCount, length) = (rowCount, depth);
        }

        if (IsLeftCopied)
        {
            nint copyStride = (DivideUp(length, LineLength) | 1) * LineLength; // an odd number of lines: neighbours in other sets
            float* copy = NativeBuffer.Scratch(ScratchUse.LeftRows, lineCount * copyStride);
            for (int line = 0; line < lineCount; line++)
            {
                Unsafe.CopyBlockUnaligned(copy + (line * copyStride), source + (line * sourceStride), (uint)length * sizeof(float));
            }

            source = copy;
            sourceStride = copyStride;
        }

        (stride, step) = IsLeftTransposed ? ((nint)1, sourceStride) : (sourceStride, 1);
        return source;
    }

    private readonly void Finish(float* product, nint start, int firstColumn, int count)
    {
        float* output = Output + start, addend = Addend + start; // the addend is read only where there is one
        float* bias = Bias + firstColumn; // likewise
        if (Scale == 1 && Bias != null && PreActivation == null)
        {
            // The linear layers of models: what is left to do takes one pass over the row.
            if (Addend == null)
            {
                Activations.ApplyToSum(
                    Kernel.Tier, Activation, new ReadOnlySpan<float>(product, count), new ReadOnlySpan<float>(bias, count), new Span<float>(output, count));
                return;
            }

            if (Activation == Activation.None && AddendScale == 1)
            {
                RowLoops.Add(product, bias, addend, output, count);
                return;
            }
        }

        if (Scale != 1)
        {
            RowLoops.Multiply(product, Scale, product, count);
        }

        if (Bias != null)
        {
            RowLoops.Add(product, bias, product, count);
        }

        if (PreActivation != null)
        {
            Unsafe.CopyBlockUnaligned(PreActivation + start, product, (uint)count * sizeof(float));
        }

        if (Activation != Activation.None)
        {
            Activations.Apply(Kernel.Tier, Activation, new ReadOnlySpan<float>(product, count), new Span<float>(product, count));
        }

        if (Addend == null)
        {
            Unsafe.CopyBlockUnaligned(output, product, (uint)count * sizeof(float));
        }
        else if (AddendScale == 1)
        {
            RowLoops.Add(product, addend, output, count);
        }
        else
        {
            RowLoops.MultiplyAdd(addend, AddendScale, product, output, count);
        }
    }
}
