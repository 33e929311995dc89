using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Akin.Kernels;

/// <summary>The AVX-512 kernel: twelve rows times 32 columns, 24 of the 32 registers hold sums.</summary>
internal static unsafe class Avx512GemmKernel
{
    /// <summary>Columns of a panel: two vectors.</summary>
    public const int PanelWidth = 32;

    /// <summary>See <see cref="GemmKernel.Multiply"/>. One source for every number of rows: the compiler drops the rows that are not there.</summary>
    [MethodImpl(HotCode.Options)]
    public static void Multiply<TRows>(nint depth, float* a, nint aStride, nint aStep, float* b, float* c, nint cStride, bool accumulate)
        where TRows : struct, IRowCount
    {
        Vector512<float> c00a = default, c00b = default;
        Vector512<float> c01a = default, c01b = default;
        Vector512<float> c02a = default, c02b = default;
        Vector512<float> c03a = default, c03b = default;
        Vector512<float> c04a = default, c04b = default;
        Vector512<float> c05a = default, c05b = default;
        Vector512<float> c06a = default, c06b = default;
        Vector512<float> c07a = default, c07b = default;
        Vector512<float> c08a = default, c08b = default;
        Vector512<float> c09a = default, c09b = default;
        Vector512<float> c10a = default, c10b = default;
        Vector512<float> c11a = default, c11b = default;
        if (accumulate)
        {
            c00a = Vector512.LoadAligned(c);
            c00b = Vector512.LoadAligned(c + 16);

            if (TRows.Value > 1)
            {
                c01a = Vector512.LoadAligned(c + cStride);
                c01b = Vector512.LoadAligned(c + cStride + 16);
            }

            if (TRows.Value > 2)
            {
                c02a = Vector512.LoadAligned(c + (2 * cStride));
                c02b = Vector512.LoadAligned(c + (2 * cStride) + 16);
            }

            if (TRows.Value > 3)
            {
                c03a = Vector512.LoadAligned(c + (3 * cStride));
                c03b = Vector512.LoadAligned(c + (3 * cStride) + 16);
            }

            if (TRows.Value > 4)
            {
                c04a = Vector512.LoadAligned(c + (4 * cStride));
                c04b = Vector512.LoadAligned(c + (4 * cStride) + 16);
            }

            if (TRows.Value > 5)
            {
                c05a = Vector512.LoadAligned(c + (5 * cStride));
                c05b = Vector512.LoadAligned(c + (5 * cStride) + 16);
            }

            if (TRows.Value > 6)
            {
                c06a = Vector512.LoadAligned(c + (6 * cStride));
                c06b = Vector512.LoadAligned(c + (6 * cStride) + 16);
            }

            if (TRows.Value > 7)
            {
                c07a = Vector512.LoadAligned(c + (7 * cStride));
                c07b = Vector512.LoadAligned(c + (7 * cStride) + 16);
            }

            if (TRows.Value > 8)
            {
                c08a = Vector512.LoadAligned(c + (8 * cStride));
                c08b = Vector512.LoadAligned(c + (8 * cStride) + 16);
            }

            if (TRows.Value > 9)
            {
                c09a = Vector512.LoadAligned(c + (9 * cStride));
                c09b = Vector512.LoadAligned(c + (9 * cStride) + 16);
            }

            if (TRows.Value > 10)
            {
                c10a = Vector512.LoadAligned(c + (10 * cStride));
                c10b = Vector512.LoadAligned(c + (10 * cStride) + 16);
            }

            if (TRows.Value > 11)
            {
                c11a = Vector512.LoadAligned(c + (11 * cStride));
                c11b = Vector512.LoadAligned(c + (11 * cStride) + 16);
            }
        }

        // One pointer for three rows: the others are reached by address arithmetic of the load itself.
        float* a0 = a;
        float* a3 = a + (3 * aStride);
        float* a6 = a + (6 * aStride);
        float* a9 = a + (9 * aStride);
        for (nint k = depth; k > 0; k--)
        {
            Vector512<float> b0 = Vector512.LoadAligned(b);
            Vector512<float> b1 = Vector512.LoadAligned(b + 16);
            b += PanelWidth;
            Vector512<float> x = Vector512.Create(a0[0]);
            c00a = Vector512.FusedMultiplyAdd(x, b0, c00a);
            c00b = Vector512.FusedMultiplyAdd(x, b1, c00b);

            if (TRows.Value > 1)
            {
                x = Vector512.Create(a0[aStride]);
                c01a = Vector512.FusedMultiplyAdd(x, b0, c01a);
                c01b = Vector512.FusedMultiplyAdd(x, b1, c01b);
            }

            if (TRows.Value > 2)
            {
                x = Vector512.Create(a0[2 * aStride]);
                c02a = Vector512.FusedMultiplyAdd(x, b0, c02a);
                c02b = Vector512.FusedMultiplyAdd(x, b1, c02b);
            }

            if (TRows.Value > 3)
            {
                x = Vector512.Create(a3[0]);
                c03a = Vector512.FusedMultiplyAdd(x, b0, c03a);
                c03b = Vector512.FusedMultiplyAdd(x, b1, c03b);
            }

            if (TRows.Value > 4)
            {
                x = Vector512.Create(a3[aStride]);
                c04a = Vector512.FusedMultiplyAdd(x, b0, c04a);
                c04b = Vector512.FusedMultiplyAdd(x, b1, c04b);
            }

            if (TRows.Value > 5)
            {
                x = Vector512.Create(a3[2 * aStride]);
                c05a = Vector512.FusedMultiplyAdd(x, b0, c05a);
                c05b = Vector512.FusedMultiplyAdd(x, b1, c05b);
            }

            if (TRows.Value > 6)
            {
                x = Vector512.Create(a6[0]);
                c06a = Vector512.FusedMultiplyAdd(x, b0, c06a);
                c06b = Vector512.FusedMultiplyAdd(x, b1, c06b);
            }

            if (TRows.Value > 7)
            {
                x = Vector512.Create(a6[aStride]);
                c07a = Vector512.FusedMultiplyAdd(x, b0, c07a);
                c07b = Vector512.FusedMultiplyAdd(x, b1, c07b);
            }

            if (TRows.Value > 8)
            {
                x = Vector512.Create(a6[2 * aStride]);
                c08a = Vector512.FusedMultiplyAdd(x, b0, c08a);
                c08b = Vector512.FusedMultiplyAdd(x, b1, c08b);
            }

            if (TRows.Value > 9)
            {
                x = Vector512.Create(a9[0]);
                c09a = Vector512.FusedMultiplyAdd(x, b0, c09a);
                c09b = Vector512.FusedMultiplyAdd(x, b1, c09b);
            }

            if (TRows.Value > 10)
            {
                x = Vector512.Create(a9[aStride]);
                c10a = Vector512.FusedMultiplyAdd(x, b0, c10a);
                c10b = Vector512.FusedMultiplyAdd(x, b1, c10b);
            }

            if (TRows.Value > 11)
            {
                x = Vector512.Create(a9[2 * aStride]);
                c11a = Vector512.FusedMultiplyAdd(x, b0, c11a);
                c11b = Vector512.FusedMultiplyAdd(x, b1, c11b);
            }

            a0 += aStep;
            a3 += aStep;
            a6 += aStep;
            a9 += aStep;
        }

        c00a.StoreAligned(c);
        c00b.StoreAligned(c + 16);

        if (TRows.Value > 1)
        {
            c01a.StoreAligned(c + cStride);
            c01b.StoreAligned(c + cStride + 16);
        }

        if (TRows.Value > 2)
        {
            c02a.StoreAligned(c + (2 * cStride));
            c02b.StoreAligned(c + (2 * cStride) + 16);
        }

        if (TRows.Value > 3)
        {
            c03a.StoreAligned(c + (3 * cStride));
            c03b.StoreAligned(c + (3 * cStride) + 16);
        }

        if (TRows.Value > 4)
        {
            c04a.StoreAligned(c + (4 * cStride));
            c04b.StoreAligned(c + (4 * cStride) + 16);
        }

        if (TRows.Value > 5)
        {
            c05a.StoreAligned(c + (5 * cStride));
            c05b.StoreAligned(c + (5 * cStride) + 16);
        }

        if (TRows.Value > 6)
        {
            c06a.StoreAligned(c + (6 * cStride));
            c06b.StoreAligned(c + (6 * cStride) + 16);
        }

        if (TRows.Value > 7)
        {
            c07a.StoreAligned(c + (7 * cStride));
            c07b.StoreAligned(c + (7 * cStride) + 16);
        }

        if (TRows.Value > 8)
        {
            c08a.StoreAligned(c + (8 * cStride));
            c08b.StoreAligned(c + (8 * cStride) + 16);
        }

        if (TRows.Value > 9)
        {
            c09a.StoreAligned(c + (9 * cStride));
            c09b.StoreAligned(c + (9 * cStride) + 16);
        }

        if (TRows.Value > 10)
        {
            c10a.StoreAligned(c + (10 * cStride));
            c10b.StoreAligned(c + (10 * cStride) + 16);
        }

        if (TRows.Value > 11)
        {
            c11a.StoreAligned(c + (11 * cStride));
            c11b.StoreAligned(c + (11 * cStride) + 16);
        }
    }
}
