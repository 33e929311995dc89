using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Akin.Search.Documents;

/// <summary>Numbers of one kind in some dimensions, as NumPy keeps them and DocArray stores them: a tensor or an embedding of a document.</summary>
/// <remarks>Not to be changed once it is made: documents share it.</remarks>
public sealed class NumericArray
{
    /// <summary>NumPy's name of float32, the kind of embeddings.</summary>
    public const string Single = "<f4";

    // NumPy's names of the kinds that are understood, with their bytes.
    private static readonly Dictionary<string, int> Kinds = new(StringComparer.Ordinal)
    {
        ["<f2"] = 2,
        [Single] = 4,
        ["<f8"] = 8,
        ["|b1"] = 1,
        ["|i1"] = 1,
        ["<i2"] = 2,
        ["<i4"] = 4,
        ["<i8"] = 8,
        ["|u1"] = 1,
        ["<u2"] = 2,
        ["<u4"] = 4,
        ["<u8"] = 8,
    };

    /// <summary>Makes an array of bytes that are there.</summary>
    /// <param name="kind">NumPy's name of the kind, such as <c>&lt;f4</c> or <c>|u1</c>.</param>
    /// <param name="shape">The dimensions; none for a single number.</param>
    /// <param name="bytes">The numbers, row-major, little-endian.</param>
    /// <exception cref="ArgumentException">The kind is unknown, or there are not as many bytes as kind and shape ask for.</exception>
    public NumericArray(string kind, IReadOnlyList<int> shape, ReadOnlyMemory<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(shape);
        if (!Kinds.TryGetValue(kind, out int size))
        {
            throw new ArgumentException($"Arrays of kind '{kind}' are not supported; there are {string.Join(", ", Kinds.Keys)}.", nameof(kind));
        }

        UInt128 wanted = (UInt128)size;
        foreach (int length in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(shape));
            wanted = wanted > int.MaxValue ? wanted : wanted * (UInt128)length; // a dimension of 0 further on does not make it small again
        }

        if (shape.Contains(0) ? bytes.Length != 0 : wanted != (UInt128)bytes.Length)
        {
            throw new ArgumentException($"An array of {kind} with shape [{string.Join(", ", shape)}] does not have {bytes.Length} bytes.", nameof(bytes));
        }

        Kind = kind;
        Shape = shape;
        Bytes = bytes;
    }

    /// <summary>Makes an array of float32 out of numbers.</summary>
    /// <param name="values">The numbers; they are copied.</param>
    /// <param name="shape">The dimensions; one, of all the numbers, when none are given.</param>
    public NumericArray(ReadOnlySpan<float> values, params IReadOnlyList<int> shape)
        : this(Single, shape.Count == 0 ? [values.Length] : shape, LittleEndian(values))
    {
    }

    /// <summary>NumPy's name of the kind of its numbers.</summary>
    public string Kind { get; }

    /// <summary>The dimensions; none for a single number.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The numbers, row-major, little-endian.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>How many numbers it holds.</summary>
    public int Count => Bytes.Length / Kinds[Kind];

    /// <summary>Whether its numbers are true and false.</summary>
    internal bool IsTruth => Kind == "|b1";

    /// <summary>Whether its numbers are whole.</summary>
    internal bool IsWhole => Kind[1] is 'i' or 'u';

    /// <summary>All numbers as float32, whatever their kind.</summary>
    public float[] ToSingles()
    {
        float[] values = new float[Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Kind == Single ? BinaryPrimitives.ReadSingleLittleEndian(Bytes.Span[(i * sizeof(float))..]) : (float)this[i];
        }

        return values;
    }

    /// <summary>One number, counted row-major.</summary>
    internal double this[int index]
    {
        get
        {
            ReadOnlySpan<byte> number = Bytes.Span[(index * Kinds[Kind])..];
            return Kind switch
            {
                "<f2" => (double)BinaryPrimitives.ReadHalfLittleEndian(number),
                Single => BinaryPrimitives.ReadSingleLittleEndian(number),
                "<f8" => BinaryPrimitives.ReadDoubleLittleEndian(number),
                "|b1" => number[0] == 0 ? 0 : 1,
                "<u8" => BinaryPrimitives.ReadUInt64LittleEndian(number),
                _ => (double)Whole(index),
            };
        }
    }

    /// <summary>One whole number, counted row-major.</summary>
    internal decimal Whole(int index)
    {
        ReadOnlySpan<byte> number = Bytes.Span[(index * Kinds[Kind])..];
        return Kind switch
        {
            "|i1" => (sbyte)number[0],
            "<i2" => BinaryPrimitives.ReadInt16LittleEndian(number),
            "<i4" => BinaryPrimitives.ReadInt32LittleEndian(number),
            "<i8" => BinaryPrimitives.ReadInt64LittleEndian(number),
            "|u1" => number[0],
            "<u2" => BinaryPrimitives.ReadUInt16LittleEndian(number),
            "<u4" => BinaryPrimitives.ReadUInt32LittleEndian(number),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(number),
        };
    }

    private static byte[] LittleEndian(ReadOnlySpan<float> values)
    {
        byte[] bytes = MemoryMarshal.AsBytes(values).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            for (int i = 0; i < values.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
            }
        }

        return bytes;
    }
}
