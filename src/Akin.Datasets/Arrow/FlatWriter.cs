using System.Buffers.Binary;
using System.Text;

namespace Akin.Datasets.Arrow;

/// <summary>
/// Writes FlatBuffers back to front: what is referred to lies behind what refers to it. A place is counted from the end of the buffer.
/// </summary>
internal sealed class FlatWriter
{
    private byte[] _buffer = new byte[1024];
    private int _length;
    private int _alignment = 1;

    /// <summary>A field of a table.</summary>
    public readonly record struct Field(int Index, int Size, long Value, bool IsReference);

    public static Field Byte(int index, int value) => new(index, 1, value, false);

    public static Field Int16(int index, int value) => new(index, sizeof(short), value, false);

    public static Field Int32(int index, int value) => new(index, sizeof(int), value, false);

    public static Field Int64(int index, long value) => new(index, sizeof(long), value, false);

    public static Field Reference(int index, int place) => new(index, sizeof(int), place, true);

    public int Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Align(sizeof(int), bytes.Length + 1 + sizeof(int));
        Put([0]);
        Put(bytes);
        PutInt32(bytes.Length);
        return _length;
    }

    public int Tables(ReadOnlySpan<int> places)
    {
        Align(sizeof(int), (places.Length + 1) * sizeof(int));
        for (int index = places.Length - 1; index >= 0; index--)
        {
            PutInt32(_length + sizeof(int) - places[index]);
        }

        PutInt32(places.Length);
        return _length;
    }

    /// <summary>A vector of structs of 64-bit integers.</summary>
    public int Structs(ReadOnlySpan<long> numbers, int numbersPerStruct)
    {
        Align(sizeof(long), numbers.Length * sizeof(long));
        for (int index = numbers.Length - 1; index >= 0; index--)
        {
            Put(BitConverter.GetBytes(numbers[index]));
        }

        PutInt32(numbers.Length / numbersPerStruct);
        return _length;
    }

    public int Table(params ReadOnlySpan<Field> fields)
    {
        int end = _length;
        Span<int> places = stackalloc int[16];
        int fieldCount = 0;
        Field[] ordered = fields.ToArray();
        Array.Sort(ordered, (left, right) => right.Size.CompareTo(left.Size));
        foreach (Field field in ordered)
        {
            Align(field.Size, field.Size);
            long value = field.IsReference ? _length + field.Size - field.Value : field.Value;
            Put(BitConverter.GetBytes(value).AsSpan(0, field.Size));
            places[field.Index] = _length;
            fieldCount = Math.Max(fieldCount, field.Index + 1);
        }

        // The table begins with the way back to its list of field offsets, which lies directly in front of it.
        Align(sizeof(int), sizeof(int));
        int listLength = (2 + fieldCount) * sizeof(ushort);
        PutInt32(listLength);
        int table = _length;
        for (int index = fieldCount - 1; index >= 0; index--)
        {
            PutUInt16(places[index] == 0 ? 0 : table - places[index]);
        }

        PutUInt16(table - end);
        PutUInt16(listLength);
        return table;
    }

    /// <summary>The buffer with its root table, padded to eight bytes.</summary>
    public byte[] Finish(int root)
    {
        Align(Math.Max(_alignment, sizeof(long)), sizeof(int));
        PutInt32(_length + sizeof(int) - root);
        return _buffer.AsSpan(_buffer.Length - _length).ToArray();
    }

    /// <summary>Pads so that what is <paramref name="size"/> bytes long ends up at a multiple of the alignment.</summary>
    private void Align(int alignment, int size)
    {
        _alignment = Math.Max(_alignment, alignment);
        int padding = (alignment - ((_length + size) % alignment)) % alignment;
        Put(new byte[padding]);
    }

    private void PutInt32(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Put(bytes);
    }

    private void PutUInt16(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, checked((ushort)value));
        Put(bytes);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        while (_buffer.Length - _length < bytes.Length)
        {
            byte[] larger = new byte[_buffer.Length * 2];
            _buffer.AsSpan(_buffer.Length - _length).CopyTo(larger.AsSpan(larger.Length - _length));
            _buffer = larger;
        }

        _length += bytes.Length;
        bytes.CopyTo(_buffer.AsSpan(_buffer.Length - _length));
    }
}
