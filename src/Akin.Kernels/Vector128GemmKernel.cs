using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Akin.Kernels;

/// <summary>The kernel of four lanes: six rows times eight columns, 12 registers hold sums (SSE has 16, Arm64 32).</summary>
internal static unsafe class Vector128GemmKernel
{
    /// <summary>Columns of a panel: two vectors.</summary>
    public const int PanelWidth = 8;

    /// <summary>See <see cref="GemmKernel.Multiply"/>. One source for every number of rows: the compiler drops the rows that are not there.</summary>
    [MethodImpl(HotCode.Options)]
    public static void Multiply<TRows>(nint depth, float* a, nint aStride, nint aStep, float* b, float* c, nint cStride, bool accumulate)
        where TRows : struct, IRowCount
    {
        Vector128<float> c00a = default, c00b = default;
        Vector128<float> c01a = default, c01b = default;
        Vector128<float> c02a = default, c02b = default;
        Vector128<float> c03a = default, c03b = default;
        Vector128<float> c04a = default, c04b = default;
        Vector128<float> c05a = default, c05b = default;
        if (accumulate)
        {
            c00a = Vector128.LoadAligned(c);
            c00b = Vector128.LoadAligned(c + 4);

            if (TRows.Value > 1)
            {
                c01a = Vector128.LoadAligned(c + cStride);
                c01b = Vector128.LoadAligned(c + cStride + 4);
            }

            if (TRows.Value > 2)
            {
                c02a = Vector128.LoadAligned(c + (2 * cStride));
                c02b = Vector128.LoadAligned(c + (2 * cStride) + 4);
            }

            if (TRows.Value > 3)
            {
                c03a = Vector128.LoadAligned(c + (3 * cStride));
                c03b = Vector128.LoadAligned(c + (3 * cStride) + 4);
            }

            if (TRows.Value > 4)
            {
                c04a = Vector128.LoadAligned(c + (4 * cStride));
                c04b = Vector128.LoadAligned(c + (4 * cStride) + 4);
            }

            if (TRows.Value > 5)
            {
                c05a = Vector128.LoadAligned(c + (5 * cStride));
                c05b = Vector128.LoadAligned(c + (5 * cStride) + 4);
            }
        }

        // One pointer for three rows: the others are reached by address arithmetic of the load itself.
        float* a0 = a;
        float* a3 = a + (3 * aStride);
        for (nint k = depth; k > 0; k--)
        {
            Vector128<float> b0 = Vector128.LoadAligned(b);
            Vector128<float> b1 = Vector128.LoadAligned(b + 4);
            b += PanelWidth;
            Vector128<float> x = Vector128.Create(a0[0]);
            c00a = MultiplyAdd(x, b0, c00a);
            c00b = MultiplyAdd(x, b1, c00b);

            if (TRows.Value > 1)
            {
                x = Vector128.Create(a0[aStride]);
                c01a = MultiplyAdd(x, b0, c01a);
                c01b = MultiplyAdd(x, b1, c01b);
            }

            if (TRows.Value > 2)
            {
                x = Vector128.Create(a0[2 * aStride]);
                c02a = MultiplyAdd(x, b0, c02a);
                c02b = MultiplyAdd(x, b1, c02b);
            }

            if (TRows.Value > 3)
            {
                x = Vector128.Create(a3[0]);
                c03a = MultiplyAdd(x, b0, c03a);
                c03b = MultiplyAdd(x, b1, c03b);
            }

            if (TRows.Value > 4)
            {
                x = Vector128.Create(a3[aStride]);
                c04a = MultiplyAdd(x, b0, c04a);
                c04b = MultiplyAdd(x, b1, c04b);
            }

            if (TRows.Value > 5)
            {
                x = Vector128.Create(a3[2 * aStride]);
                c05a = MultiplyAdd(x, b0, c05a);
                c05b = MultiplyAdd(x, b1, c05b);
            }

            a0 += aStep;
            a3 += aStep;
        }

        c00a.StoreAligned(c);
        c00b.StoreAligned(c + 4);

        if (TRows.Value > 1)
        {
            c01a.StoreAligned(c + cStride);
            c01b.StoreAligned(c + cStride + 4);
        }

        if (TRows.Value > 2)
        {
            c02a.StoreAligned(c + (2 * cStride));
            c02b.StoreAligned(c + (2 * cStride) + 4);
        }

        if (TRows.Value > 3)
        {
            c03a.StoreAligned(c + (3 * cStride));
            c03b.StoreAligned(c + (3 * cStride) + 4);
        }

        if (TRows.Value > 4)
        {
            c04a.StoreAligned(c + (4 * cStride));
            c04b.StoreAligned(c + (4 * cStride) + 4);
        }

        if (TRows.Value > 5)
        {
            c05a.StoreAligned(c + (5 * cStride));
            c05b.StoreAligned(c + (5 * cStride) + 4);
        }
    }

    // Without the instruction, FusedMultiplyAdd would be a library call for every element.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> MultiplyAdd(Vector128<float> x, Vector128<float> y, Vector128<float> sum) =>
        Fma.IsSupported || AdvSimd.IsSupported ? Vector128.FusedMultiplyAdd(x, y, sum) : (x * y) + sum;
}
