using System.Buffers.Binary;
using System.Text;

namespace Akin.Datasets.Arrow;

/// <summary>
/// Reads a FlatBuffers table, the encoding of Arrow's messages (https://flatbuffers.dev/internals). Every place is checked against the buffer before it is read.
/// </summary>
internal readonly struct FlatTable
{
    private const int MaximumElements = 1 << 24;

    private readonly ReadOnlyMemory<byte> _buffer;
    private readonly int _table;
    private readonly int _fields;
    private readonly int _fieldsLength;

    private FlatTable(ReadOnlyMemory<byte> buffer, int table)
    {
        _buffer = buffer;
        _table = table;
        _fields = table - ReadInt32(table);
        _fieldsLength = ReadUInt16(_fields);
    }

    /// <summary>The table a buffer begins with.</summary>
    public static FlatTable Root(ReadOnlyMemory<byte> buffer)
    {
        if (buffer.Length < sizeof(int))
        {
            throw Damaged();
        }

        return new FlatTable(buffer, BinaryPrimitives.ReadInt32LittleEndian(buffer.Span));
    }

    public byte Byte(int field) => Place(field) is { } place ? ReadByte(place) : (byte)0;

    public bool Boolean(int field) => Byte(field) != 0;

    public short Int16(int field, short otherwise = 0) => Place(field) is { } place ? (short)ReadUInt16(place) : otherwise;

    public int Int32(int field, int otherwise = 0) => Place(field) is { } place ? ReadInt32(place) : otherwise;

    public long Int64(int field) => Place(field) is { } place ? ReadInt64(place) : 0;

    public string? Text(int field)
    {
        if (Place(field) is not { } place)
        {
            return null;
        }

        int start = place + ReadInt32(place);
        int length = ReadInt32(start);
        return Encoding.UTF8.GetString(Bytes(start + sizeof(int), length));
    }

    public FlatTable? Table(int field) => Place(field) is { } place ? new FlatTable(_buffer, place + ReadInt32(place)) : null;

    /// <summary>How many elements a vector has; 0 when it is absent.</summary>
    public int Count(int field) => Vector(field)?.Count ?? 0;

    public FlatTable TableAt(int field, int index)
    {
        int place = ElementPlace(field, index, sizeof(int));
        return new FlatTable(_buffer, place + ReadInt32(place));
    }

    public int Int32At(int field, int index) => ReadInt32(ElementPlace(field, index, sizeof(int)));

    /// <summary>An integer inside a vector of structs.</summary>
    public long Int64At(int field, int index, int structSize = sizeof(long), int offset = 0) => ReadInt64(ElementPlace(field, index, structSize) + offset);

    public int Int32At(int field, int index, int structSize, int offset) => ReadInt32(ElementPlace(field, index, structSize) + offset);

    private static InvalidDataException Damaged() => new("the metadata is damaged");

    private int? Place(int field)
    {
        const int Header = 2 * sizeof(ushort);
        int entry = Header + (field * sizeof(ushort));
        if (entry + sizeof(ushort) > _fieldsLength)
        {
            return null;
        }

        int offset = ReadUInt16(_fields + entry);
        return offset == 0 ? null : _table + offset;
    }

    private (int Start, int Count)? Vector(int field)
    {
        if (Place(field) is not { } place)
        {
            return null;
        }

        int vector = place + ReadInt32(place);
        int count = ReadInt32(vector);
        return count is >= 0 and <= MaximumElements ? (vector + sizeof(int), count) : throw Damaged();
    }

    private int ElementPlace(int field, int index, int size)
    {
        (int start, int count) = Vector(field) ?? throw Damaged();
        return (uint)index < (uint)count ? start + (index * size) : throw Damaged();
    }

    private byte ReadByte(int place) => Bytes(place, 1)[0];

    private ushort ReadUInt16(int place) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(place, sizeof(ushort)));

    private int ReadInt32(int place) => BinaryPrimitives.ReadInt32LittleEndian(Bytes(place, sizeof(int)));

    private long ReadInt64(int place) => BinaryPrimitives.ReadInt64LittleEndian(Bytes(place, sizeof(long)));

    private ReadOnlySpan<byte> Bytes(int place, int length) =>
        place >= 0 && length >= 0 && place <= _buffer.Length - length ? _buffer.Span.Slice(place, length) : throw Damaged();
}
