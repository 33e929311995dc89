using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Akin.Kernels;

/// <summary>One product cut into tasks: blocks of rows times groups of panels, computed tile by tile in scratch memory and written once.</summary>
/// <remarks>
/// Within a task the inner dimension is cut into blocks, so that the left rows stay in the second-level cache while panels of the right
/// matrix stream past. The cuts never change a bit: a sum goes on from one block to the next exactly where it stopped.
/// A tile is finished and written as soon as its sums are whole, bias and residual while they are in registers: the processor writes one to memory
/// while it computes the next.
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

    /// <summary>Lines that a set keeps while others pass through it: two less than it has.</summary>
    private const int CacheSetRows = 6;

    /// <summary>Tasks for each thread, where the product is large enough: threads that are held up leave work to the others.</summary>
    private const int TasksPerThread = 8;

    /// <summary>The same where every task copies its left rows first: fewer and wider ones.</summary>
    private const int TasksPerThreadWithCopies = 2;

    private int _rowTaskCount;
    private int _columnTaskCount;
    private int _panelCount;
    private int _tileRows;
    private int _tilePanels;
    private RowGroups _groups;

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

    /// <summary>Whether all that is done to the product is what a kernel can do.</summary>
    private readonly bool IsLinear => Scale == 1 && Activation == Activation.None && PreActivation == null && (Addend == null || AddendScale == 1);

    /// <summary>Whether the left rows of a tile would fight for the same cache sets where they lie.</summary>
    private readonly bool IsLeftCopied =>
        IsLeftTransposed ? RowCount > 1 : Math.Min(RowCount, _tileRows) > CacheSetRows && (nint)Depth * sizeof(float) % CacheSetPeriod == 0;

    public void Run(WorkerPool pool)
    {
        if (RowCount == 0 || ColumnCount == 0)
        {
            return;
        }

        int width = Kernel.PanelWidth;
        _panelCount = DivideUp(ColumnCount, width);
        (_tileRows, _tilePanels) = Kernel.TileFor(RowCount);
        _groups = new RowGroups(RowCount, _tileRows);
        int tileColumnCount = DivideUp(_panelCount, _tilePanels);
        _rowTaskCount = DivideUp(RowCount, MaxRowsPerTask);
        _columnTaskCount = DivideUp(ColumnCount, MaxColumnsPerTask);
        int wanted = pool.ThreadCount == 1 ? 1 : pool.ThreadCount * (IsLeftCopied ? TasksPerThreadWithCopies : TasksPerThread);
        if ((long)_rowTaskCount * _columnTaskCount < wanted)
        {
            _columnTaskCount = Math.Min(tileColumnCount, DivideUp(wanted, _rowTaskCount));
        }

        pool.For(checked(_rowTaskCount * _columnTaskCount), ref this);
    }

    public readonly void Execute(int taskIndex)
    {
        // Whole tiles are shared out. Neighbouring tasks share the panels, which are larger than the rows.
        int rowTask = taskIndex % _rowTaskCount, columnTask = taskIndex / _rowTaskCount;
        int firstGroup = Share(_groups.Count, rowTask, _rowTaskCount), endGroup = Share(_groups.Count, rowTask + 1, _rowTaskCount);
        int firstRow = _groups.Start(firstGroup), rowCount = _groups.Start(endGroup) - firstRow;
        int tileColumnCount = DivideUp(_panelCount, _tilePanels);
        int firstPanel = Share(tileColumnCount, columnTask, _columnTaskCount) * _tilePanels;
        int endPanel = Math.Min(_panelCount, Share(tileColumnCount, columnTask + 1, _columnTaskCount) * _tilePanels);

        // Sums that go on in the next block need a place of their own; others share that of one tile, which stays in the first-level cache.
        int width = Kernel.PanelWidth;
        int blockCount = Math.Max(1, DivideUp(Depth, MaxDepth));
        nint stride = (blockCount == 1 ? _tilePanels : endPanel - firstPanel) * (nint)width;
        float* product = NativeBuffer.Scratch(ScratchUse.Product, (blockCount == 1 ? _tileRows : rowCount) * stride);
        Tile tile = new() { PanelStride = (nint)Depth * width, SumsStride = stride };
        for (int block = 0; block < blockCount; block++)
        {
            int start = Share(Depth, block, blockCount);
            bool isWhole = block == blockCount - 1;
            tile.Depth = Share(Depth, block + 1, blockCount) - start;
            float* left = LeftBlock(firstRow, rowCount, start, (int)tile.Depth, out tile.LeftStride, out tile.LeftStep);
            for (int panel = firstPanel; panel < endPanel; panel += _tilePanels)
            {
                int tilePanels = Math.Min(_tilePanels, endPanel - panel);
                int firstColumn = panel * width;
                int columnCount = Math.Min(tilePanels * width, ColumnCount - firstColumn);
                bool isWritten = isWhole && IsLinear && columnCount == tilePanels * width; // by the kernel itself
                tile.Right = Right + (panel * tile.PanelStride) + ((nint)start * width);
                tile.Bias = isWritten && Bias != null ? Bias + firstColumn : null;

                // Each tile asks for its share of the panels that come next, so that they are near when they are needed.
                nint panelBytes = tile.Depth * width * sizeof(float);
                nint shareBytes = Math.Min(_tilePanels, _panelCount - panel - tilePanels) * panelBytes / (endGroup - firstGroup);
                byte* next = (byte*)(shareBytes == 0 ? tile.Right : tile.Right + (tilePanels * tile.PanelStride));
                nint gapBytes = (tile.PanelStride * sizeof(float)) - panelBytes; // other blocks lie between
                tile.NextStep = shareBytes / Math.Max(1, tile.Depth >> 1);
                for (int group = firstGroup; group < endGroup; group++)
                {
                    int row = _groups.Start(group), count = _groups.Start(group + 1) - row;
                    float* sums = blockCount == 1 ? product : product + ((row - firstRow) * stride) + ((panel - firstPanel) * width);
                    nint place = ((nint)row * ColumnCount) + firstColumn;
                    tile.Left = left + ((row - firstRow) * tile.LeftStride);
                    tile.Sums = block > 0 ? sums : null;
                    tile.Addend = isWritten && Addend != null ? Addend + place : null;
                    tile.Output = isWritten ? Output + place : sums;
                    tile.OutputStride = isWritten ? ColumnCount : stride;
                    nint nextBytes = shareBytes * (group - firstGroup);
                    tile.Next = next + nextBytes + (nextBytes < panelBytes ? 0 : gapBytes);
                    Kernel.Multiply(count, tilePanels, &tile);
                    if (isWhole && !isWritten)
                    {
                        Finish(sums, stride, place, count, firstColumn, columnCount);
                    }
                }
            }
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

    /// <summary>What is left to do with a tile of whole sums, and where it is written.</summary>
    private readonly void Finish(float* tile, nint stride, nint place, int rowCount, int firstColumn, int columnCount)
    {
        float* bias = Bias == null ? null : Bias + firstColumn;
        // An activation behind a linear layer: one pass.
        if (Scale == 1 && bias != null && PreActivation == null && Addend == null)
        {
            Activations.ApplyToRows(Kernel.Tier, Activation, rowCount, columnCount, tile, stride, bias, Output + place, ColumnCount);
            return;
        }

        for (int row = 0; row < rowCount; row++)
        {
            FinishRow(tile + (row * stride), place + ((nint)row * ColumnCount), bias, columnCount);
        }
    }

    private readonly void FinishRow(float* product, nint place, float* bias, int count)
    {
        float* output = Output + place, addend = Addend + place; // the addend is read only where there is one
        if (Scale != 1)
        {
            RowLoops.Multiply(product, Scale, product, count);
        }

        if (bias != null)
        {
            RowLoops.Add(product, bias, product, count);
        }

        if (PreActivation != null)
        {
            Unsafe.CopyBlockUnaligned(PreActivation + place, product, (uint)count * sizeof(float));
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
