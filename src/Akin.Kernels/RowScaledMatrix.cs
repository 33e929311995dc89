using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Akin.Kernels;

/// <summary>A matrix whose rows are signed bytes times a number of each row's own: a quarter of the memory of floats, for tables of which a text needs a few rows. Immutable.</summary>
public sealed class RowScaledMatrix
{
    private readonly byte[] _bytes;
    private readonly float[] _scales;

    /// <summary>Takes a matrix over.</summary>
    /// <param name="bytes">The signed bytes, <c>[rows, columns]</c>; not copied.</param>
    /// <param name="scales">What a row is multiplied by, <c>[rows]</c>; not copied.</param>
    /// <exception cref="ArgumentException">The bytes are no whole number of rows.</exception>
    public RowScaledMatrix(byte[] bytes, float[] scales)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(scales);
        ColumnCount = scales.Length == 0 ? 0 : bytes.Length / scales.Length;
        Shape.Require(bytes.Length, (long)scales.Length * ColumnCount, "[rows, columns]", nameof(bytes));
        (_bytes, _scales) = (bytes, scales);
    }

    /// <summary>Number of rows.</summary>
    public int RowCount => _scales.Length;

    /// <summary>Numbers in a row.</summary>
    public int ColumnCount { get; }

    /// <summary>Turns a row into floats.</summary>
    /// <param name="row">The row.</param>
    /// <param name="destination">Receives <c>[columns]</c>.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void CopyRow(int row, Span<float> destination) => Widen(Row(row), _scales[row], destination, adds: false);

    /// <summary>Adds a row to floats.</summary>
    /// <param name="row">The row.</param>
    /// <param name="sum">Added to, <c>[columns]</c>.</param>
    /// <exception cref="ArgumentException">The sum has another length.</exception>
    public void AddRow(int row, Span<float> sum) => Widen(Row(row), _scales[row], sum, adds: true);

    /// <summary>Turns signed bytes into floats times a number: the bits that <see cref="CopyRow"/> gives.</summary>
    /// <param name="bytes">The signed bytes.</param>
    /// <param name="scale">What they are multiplied by.</param>
    /// <param name="destination">Receives as many numbers.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public static void Widen(ReadOnlySpan<byte> bytes, float scale, Span<float> destination) => Widen(bytes, scale, destination, adds: false);

    private ReadOnlySpan<byte> Row(int row) => _bytes.AsSpan(row * ColumnCount, ColumnCount);

    private static void Widen(ReadOnlySpan<byte> bytes, float scale, Span<float> destination, bool adds)
    {
        Shape.Require(destination.Length, bytes.Length, "[columns]", nameof(destination));
        ref byte from = ref MemoryMarshal.GetReference(bytes);
        int i = 0;
        for (; i <= bytes.Length - Vector128<sbyte>.Count; i += Vector128<sbyte>.Count)
        {
            (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.LoadUnsafe(ref from, (nuint)i).AsSByte());
            Span<float> to = destination.Slice(i, Vector128<sbyte>.Count);
            Store(Vector128.WidenLower(low), scale, to, adds);
            Store(Vector128.WidenUpper(low), scale, to[4..], adds);
            Store(Vector128.WidenLower(high), scale, to[8..], adds);
            Store(Vector128.WidenUpper(high), scale, to[12..], adds);
        }

        for (; i < bytes.Length; i++)
        {
            float value = (sbyte)bytes[i] * scale;
            destination[i] = adds ? destination[i] + value : value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<int> whole, float scale, Span<float> to, bool adds)
    {
        Vector128<float> value = Vector128.ConvertToSingle(whole) * scale;
        (adds ? Vector128.Create<float>(to) + value : value).CopyTo(to);
    }
}
