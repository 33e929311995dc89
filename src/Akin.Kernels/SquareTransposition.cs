using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Akin.Kernels;

/// <summary>Turns squares of floats about their diagonal in registers: rows of one place become columns of another.</summary>
internal static unsafe class SquareTransposition
{
    /// <summary>Rows and columns of <see cref="Large"/>.</summary>
    public const int LargeSide = 16;

    /// <summary>Rows and columns of <see cref="Small"/>.</summary>
    public const int SmallSide = 4;

    /// <summary>Turns four rows of four floats.</summary>
    /// <param name="source">The first row.</param>
    /// <param name="sourceStride">Floats from one row to the next.</param>
    /// <param name="destination">Receives the first column as a row.</param>
    /// <param name="destinationStride">Floats from one received row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Small(float* source, nint sourceStride, float* destination, nint destinationStride)
    {
        Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + sourceStride);
        Vector128<float> c = Vector128.Load(source + (2 * sourceStride)), d = Vector128.Load(source + (3 * sourceStride));

        // Two halves of two rows, interleaved: a0 b0 a1 b1 …; then the same with pairs.
        (Vector128<float> abLow, Vector128<float> abHigh) = Interleave(a, b);
        (Vector128<float> cdLow, Vector128<float> cdHigh) = Interleave(c, d);
        Vector128.Create(abLow.GetLower(), cdLow.GetLower()).Store(destination);
        Vector128.Create(abLow.GetUpper(), cdLow.GetUpper()).Store(destination + destinationStride);
        Vector128.Create(abHigh.GetLower(), cdHigh.GetLower()).Store(destination + (2 * destinationStride));
        Vector128.Create(abHigh.GetUpper(), cdHigh.GetUpper()).Store(destination + (3 * destinationStride));
    }

    /// <summary>Turns sixteen rows of sixteen floats (needs AVX-512).</summary>
    /// <inheritdoc cref="Small"/>
    [MethodImpl(HotCode.Options)]
    public static void Large(float* source, nint sourceStride, float* destination, nint destinationStride)
    {
        // In each quarter of 128 bits four rows are turned as in Small; then the quarters themselves are turned.
        Quarters(source, sourceStride, out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
        Quarters(source + (4 * sourceStride), sourceStride, out Vector512<float> b0, out Vector512<float> b1, out Vector512<float> b2, out Vector512<float> b3);
        Quarters(source + (8 * sourceStride), sourceStride, out Vector512<float> c0, out Vector512<float> c1, out Vector512<float> c2, out Vector512<float> c3);
        Quarters(source + (12 * sourceStride), sourceStride, out Vector512<float> d0, out Vector512<float> d1, out Vector512<float> d2, out Vector512<float> d3);
        StoreQuarters(a0, b0, c0, d0, destination, destinationStride);
        StoreQuarters(a1, b1, c1, d1, destination + destinationStride, destinationStride);
        StoreQuarters(a2, b2, c2, d2, destination + (2 * destinationStride), destinationStride);
        StoreQuarters(a3, b3, c3, d3, destination + (3 * destinationStride), destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Low, Vector128<float> High) Interleave(Vector128<float> x, Vector128<float> y) => Sse.IsSupported
        ? (Sse.UnpackLow(x, y), Sse.UnpackHigh(x, y))
        : (Vector128.Create(x[0], y[0], x[1], y[1]), Vector128.Create(x[2], y[2], x[3], y[3]));

    /// <summary>Four rows: quarter q of vector n receives column 4q + n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(
        float* rows, nint stride, out Vector512<float> n0, out Vector512<float> n1, out Vector512<float> n2, out Vector512<float> n3)
    {
        Vector512<float> a = Vector512.Load(rows), b = Vector512.Load(rows + stride);
        Vector512<float> c = Vector512.Load(rows + (2 * stride)), d = Vector512.Load(rows + (3 * stride));
        Vector512<double> abLow = Avx512F.UnpackLow(a, b).AsDouble(), abHigh = Avx512F.UnpackHigh(a, b).AsDouble();
        Vector512<double> cdLow = Avx512F.UnpackLow(c, d).AsDouble(), cdHigh = Avx512F.UnpackHigh(c, d).AsDouble();
        n0 = Avx512F.UnpackLow(abLow, cdLow).AsSingle();
        n1 = Avx512F.UnpackHigh(abLow, cdLow).AsSingle();
        n2 = Avx512F.UnpackLow(abHigh, cdHigh).AsSingle();
        n3 = Avx512F.UnpackHigh(abHigh, cdHigh).AsSingle();
    }

    /// <summary>Quarter q of a, b, c and d side by side is a row of the result; neighbouring quarters belong to rows four apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreQuarters(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* destination, nint stride)
    {
        const byte Even = 0b10_00_10_00, Odd = 0b11_01_11_01; // quarters 0 and 2, or 1 and 3, of both operands
        Vector512<float> abEven = Avx512F.Shuffle4x128(a, b, Even), abOdd = Avx512F.Shuffle4x128(a, b, Odd);
        Vector512<float> cdEven = Avx512F.Shuffle4x128(c, d, Even), cdOdd = Avx512F.Shuffle4x128(c, d, Odd);
        Avx512F.Shuffle4x128(abEven, cdEven, Even).Store(destination);
        Avx512F.Shuffle4x128(abOdd, cdOdd, Even).Store(destination + (4 * stride));
        Avx512F.Shuffle4x128(abEven, cdEven, Odd).Store(destination + (8 * stride));
        Avx512F.Shuffle4x128(abOdd, cdOdd, Odd).Store(destination + (12 * stride));
    }
}
