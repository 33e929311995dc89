using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Akin.Datasets;

/// <summary>
/// Writes a matrix row by row as a NumPy <c>.npy</c> file (format 1.0, little-endian, C order), byte for byte as <c>numpy.save</c> does.
/// The number of rows need not be known: the header leaves room for it and is completed by <see cref="Complete"/>.
/// </summary>
/// <typeparam name="T"><see cref="float"/>, <see cref="sbyte"/> or <see cref="byte"/>.</typeparam>
public sealed class NumpyWriter<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    /// <summary>numpy leaves room in the header for the first axis to grow to this many digits.</summary>
    private const int GrowthDigits = 21;

    private readonly Stream _destination;
    private readonly long _start;
    private readonly int _columnCount;
    private long _rowCount;

    /// <summary>Begins a file at the stream's position.</summary>
    /// <param name="destination">A seekable stream; it stays open.</param>
    /// <param name="columnCount">Elements per row.</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not an element type of embeddings.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    public NumpyWriter(Stream destination, int columnCount)
    {
        if (!destination.CanSeek)
        {
            throw new ArgumentException("A .npy file is completed at its start: it needs a seekable stream (a file, not a pipe).", nameof(destination));
        }

        _destination = destination;
        _start = destination.Position;
        _columnCount = columnCount;
        _destination.Write(Header(rowCount: 0));
    }

    /// <summary>Appends a row.</summary>
    /// <param name="row">[columnCount].</param>
    /// <exception cref="ArgumentException">The row has another length.</exception>
    public void Write(ReadOnlySpan<T> row)
    {
        if (row.Length != _columnCount)
        {
            throw new ArgumentException($"The row has {row.Length} elements, the file {_columnCount} columns.", nameof(row));
        }

        if (BitConverter.IsLittleEndian || typeof(T) != typeof(float))
        {
            _destination.Write(MemoryMarshal.AsBytes(row));
        }
        else
        {
            Span<byte> element = stackalloc byte[sizeof(float)];
            foreach (float value in MemoryMarshal.Cast<T, float>(row))
            {
                BinaryPrimitives.WriteSingleLittleEndian(element, value);
                _destination.Write(element);
            }
        }

        _rowCount++;
    }

    /// <summary>Writes the number of rows into the header and flushes the stream.</summary>
    public void Complete()
    {
        long end = _destination.Position;
        _destination.Position = _start;
        _destination.Write(Header(_rowCount));
        _destination.Position = end;
        _destination.Flush();
    }

    private byte[] Header(long rowCount)
    {
        string rows = rowCount.ToString();
        string dictionary = $"{{'descr': '{ElementType()}', 'fortran_order': False, 'shape': ({rows}, {_columnCount}), }}" + new string(' ', GrowthDigits - rows.Length);
        const int PreambleLength = 10;
        int length = (PreambleLength + dictionary.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] header = new byte[length];
        header.AsSpan().Fill((byte)' ');
        header[0] = 0x93;
        "NUMPY\u0001\0"u8.CopyTo(header.AsSpan(1));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(length - PreambleLength));
        Encoding.ASCII.GetBytes(dictionary, header.AsSpan(PreambleLength));
        header[^1] = (byte)'\n';
        return header;
    }

    private static string ElementType() =>
        typeof(T) == typeof(float) ? "<f4"
        : typeof(T) == typeof(sbyte) ? "|i1"
        : typeof(T) == typeof(byte) ? "|u1"
        : throw new NotSupportedException($"Elements of type {typeof(T).Name} are not written; supported are float, sbyte and byte.");
}
