using System.Runtime.Intrinsics.X86;

namespace Akin.Kernels;

/// <summary>Lays a right matrix out for a kernel: panels of columns, <c>[panel][k][column in panel]</c>, the last one filled up with zeros.</summary>
internal unsafe struct PanelPacking : IParallelBody
{
    /// <summary>Floats of a cache line: so many terms of each column are moved before the next column is read.</summary>
    private const int LineLength = NativeBuffer.Alignment / sizeof(float);

    /// <summary>Floats below which threads cost more than they bring.</summary>
    private const int SmallLength = 16 * 1024;

    /// <summary><c>[Depth, ColumnCount]</c>, or <c>[ColumnCount, Depth]</c> when <see cref="IsTransposed"/>.</summary>
    public required float* Source { get; init; }

    public required bool IsTransposed { get; init; }

    public required int Depth { get; init; }

    public required int ColumnCount { get; init; }

    public required int PanelWidth { get; init; }

    /// <summary>Receives <see cref="LengthOf"/> floats.</summary>
    public required float* Panels { get; init; }

    /// <summary>Floats of the panels of a matrix.</summary>
    public static long LengthOf(int panelWidth, int depth, int columnCount) =>
        ((long)columnCount + panelWidth - 1) / panelWidth * panelWidth * depth;

    public void Run(WorkerPool pool)
    {
        int panelCount = (int)(((long)ColumnCount + PanelWidth - 1) / PanelWidth);
        pool = (long)ColumnCount * Depth < SmallLength ? WorkerPool.Serial : pool;
        pool.For(panelCount, ref this);
    }

    public readonly void Execute(int taskIndex)
    {
        int firstColumn = taskIndex * PanelWidth;
        int count = Math.Min(PanelWidth, ColumnCount - firstColumn);
        float* panel = Panels + ((nint)firstColumn * Depth);
        if (count < PanelWidth)
        {
            new Span<float>(panel, PanelWidth * Depth).Clear();
        }

        if (IsTransposed)
        {
            StoreColumns(Source + ((nint)firstColumn * Depth), Depth, Depth, count, panel, PanelWidth);
        }
        else
        {
            for (nint k = 0; k < Depth; k++)
            {
                RowLoops.Copy(Source + (k * ColumnCount) + firstColumn, panel + (k * PanelWidth), count);
            }
        }
    }

    /// <summary>Stores lines of <paramref name="depth"/> floats, a stride apart, as neighbouring columns of a panel.</summary>
    public static void StoreColumns(float* lines, nint stride, int depth, int count, float* panel, int panelWidth)
    {
        // Squares are turned in registers, large ones where there are 512-bit registers; what is left over goes one by one.
        int column = 0;
        if (Avx512F.IsSupported && depth >= SquareTransposition.LargeSide)
        {
            for (; column <= count - SquareTransposition.LargeSide; column += SquareTransposition.LargeSide)
            {
                int k = 0;
                for (; k <= depth - SquareTransposition.LargeSide; k += SquareTransposition.LargeSide)
                {
                    SquareTransposition.Large(lines + (column * stride) + k, stride, panel + ((nint)k * panelWidth) + column, panelWidth);
                }

                StoreOneByOne(lines, stride, k, depth, column, column + SquareTransposition.LargeSide, panel, panelWidth);
            }
        }

        for (; column <= count - SquareTransposition.SmallSide; column += SquareTransposition.SmallSide)
        {
            int k = 0;
            for (; k <= depth - SquareTransposition.SmallSide; k += SquareTransposition.SmallSide)
            {
                SquareTransposition.Small(lines + (column * stride) + k, stride, panel + ((nint)k * panelWidth) + column, panelWidth);
            }

            StoreOneByOne(lines, stride, k, depth, column, column + SquareTransposition.SmallSide, panel, panelWidth);
        }

        StoreOneByOne(lines, stride, 0, depth, column, count, panel, panelWidth);
    }

    private static void StoreOneByOne(float* lines, nint stride, int start, int end, int column, int endColumn, float* panel, int panelWidth)
    {
        for (; column < endColumn; column++)
        {
            float* line = lines + (column * stride);
            for (nint k = start; k < end; k++)
            {
                panel[(k * panelWidth) + column] = line[k];
            }
        }
    }

    /// <summary>The inverse of <see cref="StoreColumns"/>.</summary>
    public static void LoadColumns(float* panel, int panelWidth, int depth, int count, float* lines)
    {
        for (int start = 0; start < depth; start += LineLength)
        {
            int end = Math.Min(start + LineLength, depth);
            for (int column = 0; column < count; column++)
            {
                float* line = lines + ((nint)column * depth);
                for (nint k = start; k < end; k++)
                {
                    line[k] = panel[(k * panelWidth) + column];
                }
            }
        }
    }
}
