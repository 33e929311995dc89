using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Akin.Kernels;

/// <summary>Neighbouring sums of one row of a tile, in registers.</summary>
/// <remarks>Each width is written out: the JIT keeps the sums in registers where the fields are vectors themselves, not where they are lanes of a generic type.</remarks>
internal unsafe interface IRowSums<TSelf>
    where TSelf : struct, IRowSums<TSelf>
{
    /// <summary>Columns of a panel of the right matrix.</summary>
    static abstract int PanelWidth { get; }

    /// <summary>Loads one float for each sum.</summary>
    static abstract TSelf Load(float* row);

    /// <summary>Loads one term of each column.</summary>
    /// <param name="panel">The term's row in a panel, aligned.</param>
    /// <param name="panelStride">Floats from there to the same row of the next panel, where a tile spans two.</param>
    static abstract TSelf LoadTerm(float* panel, nint panelStride);

    /// <summary>Adds <paramref name="factor"/> times each float of <paramref name="term"/>.</summary>
    void Add(float factor, TSelf term);

    /// <summary>Adds other sums.</summary>
    void Add(TSelf other);

    void Store(float* row);
}

/// <summary>A panel of eight columns: SSE or Arm64 AdvSimd.</summary>
internal unsafe struct RowSums8 : IRowSums<RowSums8>
{
    private Vector128<float> _first, _second;

    public static int PanelWidth => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowSums8 Load(float* row) => new() { _first = Vector128.Load(row), _second = Vector128.Load(row + 4) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowSums8 LoadTerm(float* panel, nint panelStride) => new() { _first = Vector128.LoadAligned(panel), _second = Vector128.LoadAligned(panel + 4) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float factor, RowSums8 term)
    {
        Vector128<float> x = Vector128.Create(factor);
        _first = MultiplyAdd(x, term._first, _first);
        _second = MultiplyAdd(x, term._second, _second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(RowSums8 other)
    {
        _first += other._first;
        _second += other._second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _first.Store(row);
        _second.Store(row + 4);
    }

    // Fused where the processor can; written out because the estimate may round differently within one process.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> MultiplyAdd(Vector128<float> x, Vector128<float> y, Vector128<float> sum) =>
        Fma.IsSupported || AdvSimd.IsSupported ? Vector128.FusedMultiplyAdd(x, y, sum) : (x * y) + sum;
}

/// <summary>A panel of 16 columns: AVX2.</summary>
internal unsafe struct RowSums16 : IRowSums<RowSums16>
{
    private Vector256<float> _first, _second;

    public static int PanelWidth => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowSums16 Load(float* row) => new() { _first = Vector256.Load(row), _second = Vector256.Load(row + 8) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowSums16 LoadTerm(float* panel, nint panelStride) => new() { _first = Vector256.LoadAligned(panel), _second = Vector256.LoadAligned(panel + 8) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float factor, RowSums16 term)
    {
        Vector256<float> x = Vector256.Create(factor);
        _first = Vector256.FusedMultiplyAdd(x, term._first, _first);
        _second = Vector256.FusedMultiplyAdd(x, term._second, _second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(RowSums16 other)
    {
        _first += other._first;
        _second += other._second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _first.Store(row);
        _second.Store(row + 8);
    }
}

/// <summary>A panel of 32 columns: AVX-512.</summary>
internal unsafe struct RowSums32 : IRowSums<RowSums32>
{
    private Vector512<float> _first, _second;

    public static int PanelWidth => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowSums32 Load(float* row) => new() { _first = Vector512.Load(row), _second = Vector512.Load(row + 16) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowSums32 LoadTerm(float* panel, nint panelStride) => new() { _first = Vector512.LoadAligned(panel), _second = Vector512.LoadAligned(panel + 16) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float factor, RowSums32 term)
    {
        Vector512<float> x = Vector512.Create(factor);
        _first = Vector512.FusedMultiplyAdd(x, term._first, _first);
        _second = Vector512.FusedMultiplyAdd(x, term._second, _second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(RowSums32 other)
    {
        _first += other._first;
        _second += other._second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _first.Store(row);
        _second.Store(row + 16);
    }
}

/// <summary>Two panels of 32 columns: AVX-512.</summary>
internal unsafe struct RowSums64 : IRowSums<RowSums64>
{
    private Vector512<float> _first, _second, _third, _fourth;

    public static int PanelWidth => RowSums32.PanelWidth;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowSums64 Load(float* row) => new()
    {
        _first = Vector512.Load(row),
        _second = Vector512.Load(row + 16),
        _third = Vector512.Load(row + 32),
        _fourth = Vector512.Load(row + 48),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowSums64 LoadTerm(float* panel, nint panelStride) => new()
    {
        _first = Vector512.LoadAligned(panel),
        _second = Vector512.LoadAligned(panel + 16),
        _third = Vector512.LoadAligned(panel + panelStride),
        _fourth = Vector512.LoadAligned(panel + panelStride + 16),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float factor, RowSums64 term)
    {
        Vector512<float> x = Vector512.Create(factor);
        _first = Vector512.FusedMultiplyAdd(x, term._first, _first);
        _second = Vector512.FusedMultiplyAdd(x, term._second, _second);
        _third = Vector512.FusedMultiplyAdd(x, term._third, _third);
        _fourth = Vector512.FusedMultiplyAdd(x, term._fourth, _fourth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(RowSums64 other)
    {
        _first += other._first;
        _second += other._second;
        _third += other._third;
        _fourth += other._fourth;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _first.Store(row);
        _second.Store(row + 16);
        _third.Store(row + 32);
        _fourth.Store(row + 48);
    }
}
