using System.Runtime.CompilerServices;

namespace Akin.Kernels;

/// <summary>The inner loop of every matrix product: a tile of a few rows, all of whose sums stay in registers.</summary>
/// <remarks>
/// What bounds it is not only the arithmetic but also how many instructions the processor can take up, above all where a core is shared
/// by two hyperthreads, as those of rented machines often are. So each float of the left matrix is spread once for a whole row of sums, two terms are
/// added a turn, and one pointer serves three rows.
/// </remarks>
internal static unsafe class TileKernel
{
    /// <summary>See <see cref="GemmKernel.MultiplyTile"/>. One source for every number of rows: the compiler drops the rows that are not there.</summary>
    [MethodImpl(HotCode.Options)]
    public static void Multiply<TSums, TRows>(
        nint depth, float* a, nint aStride, nint aStep, float* b, nint bStride, float* c, nint cStride, bool accumulate)
        where TSums : struct, IRowSums<TSums>
        where TRows : struct, IRowCount
    {
        TSums c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default;
        TSums c6 = default, c7 = default, c8 = default, c9 = default, c10 = default, c11 = default;
        if (accumulate)
        {
            c0 = TSums.Load(c);
            c1 = TRows.Value > 1 ? TSums.Load(c + cStride) : default;
            c2 = TRows.Value > 2 ? TSums.Load(c + (2 * cStride)) : default;
            c3 = TRows.Value > 3 ? TSums.Load(c + (3 * cStride)) : default;
            c4 = TRows.Value > 4 ? TSums.Load(c + (4 * cStride)) : default;
            c5 = TRows.Value > 5 ? TSums.Load(c + (5 * cStride)) : default;
            c6 = TRows.Value > 6 ? TSums.Load(c + (6 * cStride)) : default;
            c7 = TRows.Value > 7 ? TSums.Load(c + (7 * cStride)) : default;
            c8 = TRows.Value > 8 ? TSums.Load(c + (8 * cStride)) : default;
            c9 = TRows.Value > 9 ? TSums.Load(c + (9 * cStride)) : default;
            c10 = TRows.Value > 10 ? TSums.Load(c + (10 * cStride)) : default;
            c11 = TRows.Value > 11 ? TSums.Load(c + (11 * cStride)) : default;
        }

        float* a0 = a, a3 = a + (3 * aStride), a6 = a + (6 * aStride), a9 = a + (9 * aStride);
        nint second = 2 * aStride, next = aStep, firstNext = aStride + aStep, secondNext = second + aStep, step = 2 * aStep;
        for (nint k = depth >> 1; k != 0; k--)
        {
            TSums term = TSums.LoadTerm(b, bStride);
            Add<TSums, TRows>(
                term, a0, a3, a6, a9, 0, aStride, second, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7, ref c8, ref c9, ref c10, ref c11);
            term = TSums.LoadTerm(b + TSums.PanelWidth, bStride);
            Add<TSums, TRows>(
                term, a0, a3, a6, a9, next, firstNext, secondNext, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7, ref c8, ref c9, ref c10, ref c11);
            b += 2 * TSums.PanelWidth;
            a0 += step;
            a3 += step;
            a6 += step;
            a9 += step;
        }

        if ((depth & 1) != 0)
        {
            TSums term = TSums.LoadTerm(b, bStride);
            Add<TSums, TRows>(
                term, a0, a3, a6, a9, 0, aStride, second, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7, ref c8, ref c9, ref c10, ref c11);
        }

        c0.Store(c);
        Store<TSums, TRows>(c1, 1, c, cStride);
        Store<TSums, TRows>(c2, 2, c, cStride);
        Store<TSums, TRows>(c3, 3, c, cStride);
        Store<TSums, TRows>(c4, 4, c, cStride);
        Store<TSums, TRows>(c5, 5, c, cStride);
        Store<TSums, TRows>(c6, 6, c, cStride);
        Store<TSums, TRows>(c7, 7, c, cStride);
        Store<TSums, TRows>(c8, 8, c, cStride);
        Store<TSums, TRows>(c9, 9, c, cStride);
        Store<TSums, TRows>(c10, 10, c, cStride);
        Store<TSums, TRows>(c11, 11, c, cStride);
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
    private static void Store<TSums, TRows>(TSums sums, int row, float* c, nint cStride)
        where TSums : struct, IRowSums<TSums>
        where TRows : struct, IRowCount
    {
        if (TRows.Value > row)
        {
            sums.Store(c + (row * cStride));
        }
    }
}
