using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Akin.Kernels;

/// <summary>The inner loop of every matrix product: a tile of a few rows, all of whose sums stay in registers.</summary>
/// <remarks>
/// What bounds it is not only the arithmetic but also how many instructions the processor can take up, above all where a core is shared
/// by two hyperthreads, as those of rented machines often are. So each float of the left matrix is spread once for a whole row of sums, two terms are
/// added a turn, and one pointer serves three rows. While it runs, the next panels come from the third-level cache or from memory.
/// </remarks>
internal static unsafe class TileKernel
{
    /// <summary>Computes a tile. One source for every number of rows: the compiler drops the rows that are not there.</summary>
    [MethodImpl(HotCode.Options)]
    public static void Multiply<TSums, TRows>(Tile* tile)
        where TSums : struct, IRowSums<TSums>
        where TRows : struct, IRowCount
    {
        TSums c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default;
        TSums c6 = default, c7 = default, c8 = default, c9 = default, c10 = default, c11 = default;
        if (tile->Sums != null)
        {
            float* sums = tile->Sums;
            nint stride = tile->SumsStride;
            Load<TSums, TRows>(sums, 0, stride, ref c0);
            Load<TSums, TRows>(sums, 1, stride, ref c1);
            Load<TSums, TRows>(sums, 2, stride, ref c2);
            Load<TSums, TRows>(sums, 3, stride, ref c3);
            Load<TSums, TRows>(sums, 4, stride, ref c4);
            Load<TSums, TRows>(sums, 5, stride, ref c5);
            Load<TSums, TRows>(sums, 6, stride, ref c6);
            Load<TSums, TRows>(sums, 7, stride, ref c7);
            Load<TSums, TRows>(sums, 8, stride, ref c8);
            Load<TSums, TRows>(sums, 9, stride, ref c9);
            Load<TSums, TRows>(sums, 10, stride, ref c10);
            Load<TSums, TRows>(sums, 11, stride, ref c11);
        }

        nint aStride = tile->LeftStride, bStride = tile->PanelStride;
        float* a0 = tile->Left, a3 = a0 + (3 * aStride), a6 = a0 + (6 * aStride), a9 = a0 + (9 * aStride), b = tile->Right;
        nint second = 2 * aStride, next = tile->LeftStep, firstNext = aStride + next, secondNext = second + next;
        byte* fetched = tile->Next;
        nint fetchStep = tile->NextStep;
        for (nint k = tile->Depth >> 1; k != 0; k--)
        {
            TSums term = TSums.LoadTerm(b, bStride);
            Add<TSums, TRows>(
                term, a0, a3, a6, a9, 0, aStride, second, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7, ref c8, ref c9, ref c10, ref c11);
            term = TSums.LoadTerm(b + TSums.PanelWidth, bStride);
            Add<TSums, TRows>(
                term, a0, a3, a6, a9, next, firstNext, secondNext, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7, ref c8, ref c9, ref c10, ref c11);
            b += 2 * TSums.PanelWidth;
            a0 += 2 * next;
            a3 += 2 * next;
            a6 += 2 * next;
            a9 += 2 * next;
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(fetched);
                fetched += fetchStep;
            }
        }

        if ((tile->Depth & 1) != 0)
        {
            TSums term = TSums.LoadTerm(b, bStride);
            Add<TSums, TRows>(
                term, a0, a3, a6, a9, 0, aStride, second, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7, ref c8, ref c9, ref c10, ref c11);
        }

        if (tile->Bias != null)
        {
            TSums bias = TSums.Load(tile->Bias);
            c0.Add(bias);
            c1.Add(bias);
            c2.Add(bias);
            c3.Add(bias);
            c4.Add(bias);
            c5.Add(bias);
            c6.Add(bias);
            c7.Add(bias);
            c8.Add(bias);
            c9.Add(bias);
            c10.Add(bias);
            c11.Add(bias);
        }

        float* output = tile->Output;
        nint outputStride = tile->OutputStride;
        if (tile->Addend != null)
        {
            float* addend = tile->Addend;
            AddRow<TSums, TRows>(addend, 0, outputStride, ref c0);
            AddRow<TSums, TRows>(addend, 1, outputStride, ref c1);
            AddRow<TSums, TRows>(addend, 2, outputStride, ref c2);
            AddRow<TSums, TRows>(addend, 3, outputStride, ref c3);
            AddRow<TSums, TRows>(addend, 4, outputStride, ref c4);
            AddRow<TSums, TRows>(addend, 5, outputStride, ref c5);
            AddRow<TSums, TRows>(addend, 6, outputStride, ref c6);
            AddRow<TSums, TRows>(addend, 7, outputStride, ref c7);
            AddRow<TSums, TRows>(addend, 8, outputStride, ref c8);
            AddRow<TSums, TRows>(addend, 9, outputStride, ref c9);
            AddRow<TSums, TRows>(addend, 10, outputStride, ref c10);
            AddRow<TSums, TRows>(addend, 11, outputStride, ref c11);
        }

        Store<TSums, TRows>(c0, 0, output, outputStride);
        Store<TSums, TRows>(c1, 1, output, outputStride);
        Store<TSums, TRows>(c2, 2, output, outputStride);
        Store<TSums, TRows>(c3, 3, output, outputStride);
        Store<TSums, TRows>(c4, 4, output, outputStride);
        Store<TSums, TRows>(c5, 5, output, outputStride);
        Store<TSums, TRows>(c6, 6, output, outputStride);
        Store<TSums, TRows>(c7, 7, output, outputStride);
        Store<TSums, TRows>(c8, 8, output, outputStride);
        Store<TSums, TRows>(c9, 9, output, outputStride);
        Store<TSums, TRows>(c10, 10, output, outputStride);
        Store<TSums, TRows>(c11, 11, output, outputStride);
    }

    /// <summary>Adds one term to every sum of the tile; the floats of three rows lie at the same three places after a pointer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TSums, TRows>(
        TSums term, float* a0, float* a3, float* a6, float* a9, nint row0, nint row1, nint row2,
        ref TSums c0, ref TSums c1, ref TSums c2, ref TSums c3, ref TSums c4, ref TSums c5,
        ref TSums c6, ref TSums c7, ref TSums c8, ref TSums c9, ref TSums c10, ref TSums c11)
        where TSums : struct, IRowSums<TSums>
        where TRows : struct, IRowCount
    {
        c0.Add(a0[row0], term);
        if (TRows.Value > 1)
        {
            c1.Add(a0[row1], term);
        }

        if (TRows.Value > 2)
        {
            c2.Add(a0[row2], term);
        }

        if (TRows.Value > 3)
        {
            c3.Add(a3[row0], term);
        }

        if (TRows.Value > 4)
        {
            c4.Add(a3[row1], term);
        }

        if (TRows.Value > 5)
        {
            c5.Add(a3[row2], term);
        }

        if (TRows.Value > 6)
        {
            c6.Add(a6[row0], term);
        }

        if (TRows.Value > 7)
        {
            c7.Add(a6[row1], term);
        }

        if (TRows.Value > 8)
        {
            c8.Add(a6[row2], term);
        }

        if (TRows.Value > 9)
        {
            c9.Add(a9[row0], term);
        }

        if (TRows.Value > 10)
        {
            c10.Add(a9[row1], term);
        }

        if (TRows.Value > 11)
        {
            c11.Add(a9[row2], term);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TSums, TRows>(float* rows, int row, nint stride, ref TSums sums)
        where TSums : struct, IRowSums<TSums>
        where TRows : struct, IRowCount
    {
        if (TRows.Value > row)
        {
            sums = TSums.Load(rows + (row * stride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow<TSums, TRows>(float* rows, int row, nint stride, ref TSums sums)
        where TSums : struct, IRowSums<TSums>
        where TRows : struct, IRowCount
    {
        if (TRows.Value > row)
        {
            sums.Add(TSums.Load(rows + (row * stride)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TSums, TRows>(TSums sums, int row, float* rows, nint stride)
        where TSums : struct, IRowSums<TSums>
        where TRows : struct, IRowCount
    {
        if (TRows.Value > row)
        {
            sums.Store(rows + (row * stride));
        }
    }
}
