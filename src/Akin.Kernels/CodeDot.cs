using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Akin.Kernels;

/// <summary>Dot products of one int8 query with consecutive int8 rows. The sums are exact, so every tier gives the same integers.</summary>
/// <remarks>
/// Codes are widened to 16 bits; one multiply-add instruction then gives 32-bit sums of neighbouring products, which cannot overflow.
/// Four rows share the widened query. (The VNNI instructions, which take bytes, have no .NET API for 512 bits, and a scan of this kind
/// waits for memory anyway.)
/// </remarks>
internal static class CodeDot
{
    /// <summary>Writes the dot product of the query with every row.</summary>
    public static void Rows(KernelTier tier, ReadOnlySpan<sbyte> query, ReadOnlySpan<sbyte> rows, Span<int> scores)
    {
        ref sbyte q = ref MemoryMarshal.GetReference(query);
        ref sbyte r = ref MemoryMarshal.GetReference(rows);
        ref int s = ref MemoryMarshal.GetReference(scores);
        switch (tier)
        {
            case KernelTier.Avx512:
                Rows<Step512>(ref q, ref r, ref s, scores.Length, query.Length);
                break;
            case KernelTier.Avx2:
                Rows<Step256>(ref q, ref r, ref s, scores.Length, query.Length);
                break;
            case KernelTier.Vector128:
                Rows<Step128>(ref q, ref r, ref s, scores.Length, query.Length);
                break;
            default:
                for (int row = 0; row < scores.Length; row++)
                {
                    scores[row] = Tail(ref q, ref Unsafe.Add(ref r, row * query.Length), 0, query.Length);
                }

                break;
        }
    }

    /// <summary>Writes the dot product of the query with every picked row, and fetches the rows after them meanwhile.</summary>
    public static unsafe void Picked(KernelTier tier, sbyte* query, int dimension, sbyte* rows, int* picks, int count, int* scores)
    {
        switch (tier)
        {
            case KernelTier.Avx512:
                Picked<Step512>(query, dimension, rows, picks, count, scores);
                break;
            case KernelTier.Avx2:
                Picked<Step256>(query, dimension, rows, picks, count, scores);
                break;
            case KernelTier.Vector128:
                Picked<Step128>(query, dimension, rows, picks, count, scores);
                break;
            default:
                for (int i = 0; i < count; i++)
                {
                    scores[i] = Tail(ref *query, ref rows[(nint)picks[i] * dimension], 0, dimension);
                }

                break;
        }
    }

    /// <summary>A width: four dot products over the whole steps of a dimension.</summary>
    private interface IStep
    {
        /// <summary>Codes a step takes.</summary>
        static abstract int Count { get; }

        static abstract void Four(ref sbyte query, ref sbyte row0, ref sbyte row1, ref sbyte row2, ref sbyte row3, int length, ref int sums);
    }

    [MethodImpl(HotCode.Options)]
    private static void Rows<TStep>(ref sbyte query, ref sbyte rows, ref int scores, int rowCount, int dimension)
        where TStep : struct, IStep
    {
        int whole = dimension - dimension % TStep.Count;
        for (int row = 0; row < rowCount; row += 4)
        {
            // The last group repeats its last row instead of reading past the end.
            int left = rowCount - row - 1;
            ref sbyte row0 = ref Unsafe.Add(ref rows, row * dimension);
            ref sbyte row1 = ref Unsafe.Add(ref row0, Math.Min(1, left) * dimension);
            ref sbyte row2 = ref Unsafe.Add(ref row0, Math.Min(2, left) * dimension);
            ref sbyte row3 = ref Unsafe.Add(ref row0, Math.Min(3, left) * dimension);
            FourSums sums = default;
            TStep.Four(ref query, ref row0, ref row1, ref row2, ref row3, whole, ref sums[0]);
            for (int i = 0; i <= Math.Min(3, left); i++)
            {
                Unsafe.Add(ref scores, row + i) = sums[i] + Tail(ref query, ref Unsafe.Add(ref row0, i * dimension), whole, dimension);
            }
        }
    }

    [MethodImpl(HotCode.Options)]
    private static unsafe void Picked<TStep>(sbyte* query, int dimension, sbyte* rows, int* picks, int count, int* scores)
        where TStep : struct, IStep
    {
        PickedRows.FetchRows(rows, dimension, dimension, picks, count);
        int whole = dimension - dimension % TStep.Count;
        for (int i = 0; i < count; i += PickedRows.GroupSize)
        {
            // The last group repeats its last row instead of reading past the end.
            int left = count - i - 1;
            ref sbyte row0 = ref rows[(nint)picks[i] * dimension];
            ref sbyte row1 = ref rows[(nint)picks[i + Math.Min(1, left)] * dimension];
            ref sbyte row2 = ref rows[(nint)picks[i + Math.Min(2, left)] * dimension];
            ref sbyte row3 = ref rows[(nint)picks[i + Math.Min(3, left)] * dimension];
            FourSums sums = default;
            TStep.Four(ref *query, ref row0, ref row1, ref row2, ref row3, whole, ref sums[0]);
            for (int j = 0; j <= Math.Min(3, left); j++)
            {
                int tail = whole == dimension ? 0 : Tail(ref *query, ref rows[(nint)picks[i + j] * dimension], whole, dimension);
                scores[i + j] = sums[j] + tail;
            }
        }
    }

    private static int Tail(ref sbyte query, ref sbyte row, int start, int end)
    {
        int sum = 0;
        for (int i = start; i < end; i++)
        {
            sum += Unsafe.Add(ref query, i) * Unsafe.Add(ref row, i);
        }

        return sum;
    }

    [InlineArray(4)]
    private struct FourSums
    {
        private int _first;
    }

    private readonly struct Step512 : IStep
    {
        public static int Count => Vector256<sbyte>.Count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Four(ref sbyte query, ref sbyte row0, ref sbyte row1, ref sbyte row2, ref sbyte row3, int length, ref int sums)
        {
            Vector512<int> a = Vector512<int>.Zero;
            Vector512<int> b = a;
            Vector512<int> c = a;
            Vector512<int> d = a;
            for (int i = 0; i < length; i += Vector256<sbyte>.Count)
            {
                Vector512<short> q = Widen(ref query, i);
                a += Avx512BW.MultiplyAddAdjacent(q, Widen(ref row0, i));
                b += Avx512BW.MultiplyAddAdjacent(q, Widen(ref row1, i));
                c += Avx512BW.MultiplyAddAdjacent(q, Widen(ref row2, i));
                d += Avx512BW.MultiplyAddAdjacent(q, Widen(ref row3, i));
            }

            sums = Vector512.Sum(a);
            Unsafe.Add(ref sums, 1) = Vector512.Sum(b);
            Unsafe.Add(ref sums, 2) = Vector512.Sum(c);
            Unsafe.Add(ref sums, 3) = Vector512.Sum(d);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<short> Widen(ref sbyte source, int i) =>
            Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref source, (nuint)i));
    }

    private readonly struct Step256 : IStep
    {
        public static int Count => Vector128<sbyte>.Count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Four(ref sbyte query, ref sbyte row0, ref sbyte row1, ref sbyte row2, ref sbyte row3, int length, ref int sums)
        {
            Vector256<int> a = Vector256<int>.Zero;
            Vector256<int> b = a;
            Vector256<int> c = a;
            Vector256<int> d = a;
            for (int i = 0; i < length; i += Vector128<sbyte>.Count)
            {
                Vector256<short> q = Widen(ref query, i);
                a += Avx2.MultiplyAddAdjacent(q, Widen(ref row0, i));
                b += Avx2.MultiplyAddAdjacent(q, Widen(ref row1, i));
                c += Avx2.MultiplyAddAdjacent(q, Widen(ref row2, i));
                d += Avx2.MultiplyAddAdjacent(q, Widen(ref row3, i));
            }

            sums = Vector256.Sum(a);
            Unsafe.Add(ref sums, 1) = Vector256.Sum(b);
            Unsafe.Add(ref sums, 2) = Vector256.Sum(c);
            Unsafe.Add(ref sums, 3) = Vector256.Sum(d);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<short> Widen(ref sbyte source, int i) =>
            Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref source, (nuint)i));
    }

    private readonly struct Step128 : IStep
    {
        public static int Count => Vector128<sbyte>.Count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Four(ref sbyte query, ref sbyte row0, ref sbyte row1, ref sbyte row2, ref sbyte row3, int length, ref int sums)
        {
            Vector128<int> a = Vector128<int>.Zero;
            Vector128<int> b = a;
            Vector128<int> c = a;
            Vector128<int> d = a;
            for (int i = 0; i < length; i += Vector128<sbyte>.Count)
            {
                Vector128<sbyte> q = Vector128.LoadUnsafe(ref query, (nuint)i);
                a += Products(q, ref row0, i);
                b += Products(q, ref row1, i);
                c += Products(q, ref row2, i);
                d += Products(q, ref row3, i);
            }

            sums = Vector128.Sum(a);
            Unsafe.Add(ref sums, 1) = Vector128.Sum(b);
            Unsafe.Add(ref sums, 2) = Vector128.Sum(c);
            Unsafe.Add(ref sums, 3) = Vector128.Sum(d);
        }

        /// <summary>Products fit 16 bits (at most 2¹⁴); pairs of them need 32.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<int> Products(Vector128<sbyte> query, ref sbyte row, int i)
        {
            Vector128<sbyte> stored = Vector128.LoadUnsafe(ref row, (nuint)i);
            Vector128<short> lower = Vector128.WidenLower(query) * Vector128.WidenLower(stored);
            Vector128<short> upper = Vector128.WidenUpper(query) * Vector128.WidenUpper(stored);
            return Vector128.WidenLower(lower) + Vector128.WidenUpper(lower) + (Vector128.WidenLower(upper) + Vector128.WidenUpper(upper));
        }
    }
}
