using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Akin.Kernels;

/// <summary>The AVX2 kernel: six rows times 16 columns, 12 of the 16 registers hold sums.</summary>
internal static unsafe class Avx2GemmKernel
{
    /// <summary>Columns of a panel: two vectors.</summary>
    public const int PanelWidth = 16;

    /// <summary>See <see cref="GemmKernel.Multiply"/>. One source for every number of rows: the compiler drops the rows that are not there.</summary>
    [MethodImpl(HotCode.Options)]
    public static void Multiply<TRows>(nint depth, float* a, nint aStride, nint aStep, float* b, float* c, nint cStride, bool accumulate)
        where TRows : struct, IRowCount
    {
        Vector256<float> c00a = default, c00b = default;
        Vector256<float> c01a = default, c01b = default;
        Vector256<float> c02a = default, c02b = default;
        Vector256<float> c03a = default, c03b = default;
        Vector256<float> c04a = default, c04b = default;
        Vector256<float> c05a = default, c05b = default;
        if (accumulate)
        {
            c00a = Vector256.LoadAligned(c);
            c00b = Vector256.LoadAligned(c + 8);

            if (TRows.Value > 1)
            {
                c01a = Vector256.LoadAligned(c + cStride);
                c01b = Vector256.LoadAligned(c + cStride + 8);
            }

            if (TRows.Value > 2)
            {
                c02a = Vector256.LoadAligned(c + (2 * cStride));
                c02b = Vector256.LoadAligned(c + (2 * cStride) + 8);
            }

            if (TRows.Value > 3)
            {
                c03a = Vector256.LoadAligned(c + (3 * cStride));
                c03b = Vector256.LoadAligned(c + (3 * cStride) + 8);
            }

            if (TRows.Value > 4)
            {
                c04a = Vector256.LoadAligned(c + (4 * cStride));
                c04b = Vector256.LoadAligned(c + (4 * cStride) + 8);
            }

            if (TRows.Value > 5)
            {
                c05a = Vector256.LoadAligned(c + (5 * cStride));
                c05b = Vector256.LoadAligned(c + (5 * cStride) + 8);
            }
        }

        // One pointer for three rows: the others are reached by address arithmetic of the load itself.
        float* a0 = a;
        float* a3 = a + (3 * aStride);
        for (nint k = depth; k > 0; k--)
        {
            Vector256<float> b0 = Vector256.LoadAligned(b);
            Vector256<float> b1 = Vector256.LoadAligned(b + 8);
            b += PanelWidth;
            Vector256<float> x = Vector256.Create(a0[0]);
            c00a = Vector256.FusedMultiplyAdd(x, b0, c00a);
            c00b = Vector256.FusedMultiplyAdd(x, b1, c00b);

            if (TRows.Value > 1)
            {
                x = Vector256.Create(a0[aStride]);
                c01a = Vector256.FusedMultiplyAdd(x, b0, c01a);
                c01b = Vector256.FusedMultiplyAdd(x, b1, c01b);
            }

            if (TRows.Value > 2)
            {
                x = Vector256.Create(a0[2 * aStride]);
                c02a = Vector256.FusedMultiplyAdd(x, b0, c02a);
                c02b = Vector256.FusedMultiplyAdd(x, b1, c02b);
            }

            if (TRows.Value > 3)
            {
                x = Vector256.Create(a3[0]);
                c03a = Vector256.FusedMultiplyAdd(x, b0, c03a);
                c03b = Vector256.FusedMultiplyAdd(x, b1, c03b);
            }

            if (TRows.Value > 4)
            {
                x = Vector256.Create(a3[aStride]);
                c04a = Vector256.FusedMultiplyAdd(x, b0, c04a);
                c04b = Vector256.FusedMultiplyAdd(x, b1, c04b);
            }

            if (TRows.Value > 5)
            {
                x = Vector256.Create(a3[2 * aStride]);
                c05a = Vector256.FusedMultiplyAdd(x, b0, c05a);
                c05b = Vector256.FusedMultiplyAdd(x, b1, c05b);
            }

            a0 += aStep;
            a3 += aStep;
        }

        c00a.StoreAligned(c);
        c00b.StoreAligned(c + 8);

        if (TRows.Value > 1)
        {
            c01a.StoreAligned(c + cStride);
            c01b.StoreAligned(c + cStride + 8);
        }

        if (TRows.Value > 2)
        {
            c02a.StoreAligned(c + (2 * cStride));
            c02b.StoreAligned(c + (2 * cStride) + 8);
        }

        if (TRows.Value > 3)
        {
            c03a.StoreAligned(c + (3 * cStride));
            c03b.StoreAligned(c + (3 * cStride) + 8);
        }

        if (TRows.Value > 4)
        {
            c04a.StoreAligned(c + (4 * cStride));
            c04b.StoreAligned(c + (4 * cStride) + 8);
        }

        if (TRows.Value > 5)
        {
            c05a.StoreAligned(c + (5 * cStride));
            c05b.StoreAligned(c + (5 * cStride) + 8);
        }
    }
}
