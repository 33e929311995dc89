using System.Text;

namespace Akin.Datasets.Parquet;

/// <summary>A struct of Thrift's compact protocol, the encoding of Parquet's metadata (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).</summary>
internal sealed class ThriftStruct
{
    private const int MaximumDepth = 32;

    private readonly Dictionary<int, object> _fields = [];

    private ThriftStruct()
    {
    }

    /// <summary>Reads a struct and gives how many bytes it takes.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such struct.</exception>
    public static ThriftStruct Read(ReadOnlySpan<byte> bytes, out int length)
    {
        int position = 0;
        ThriftStruct value = ReadStruct(bytes, ref position, 0);
        length = position;
        return value;
    }

    public bool Has(int field) => _fields.ContainsKey(field);

    public long? Integer(int field) => _fields.GetValueOrDefault(field) is long number ? number : null;

    public long Required(int field, string name) => Integer(field) ?? throw new InvalidDataException($"the metadata lacks {name}");

    public bool? Boolean(int field) => _fields.GetValueOrDefault(field) is bool bit ? bit : null;

    public string? Text(int field) => _fields.GetValueOrDefault(field) is byte[] bytes ? Encoding.UTF8.GetString(bytes) : null;

    public ThriftStruct? Struct(int field) => _fields.GetValueOrDefault(field) as ThriftStruct;

    public ThriftStruct[] Structs(int field) => List(field).Select(item => item as ThriftStruct ?? throw Damaged()).ToArray();

    public string[] Texts(int field) => List(field).Select(item => item is byte[] bytes ? Encoding.UTF8.GetString(bytes) : throw Damaged()).ToArray();

    private object[] List(int field) => _fields.GetValueOrDefault(field) as object[] ?? [];

    private static ThriftStruct ReadStruct(ReadOnlySpan<byte> bytes, ref int position, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw Damaged();
        }

        ThriftStruct value = new();
        int field = 0;
        while (true)
        {
            byte header = ReadByte(bytes, ref position);
            if (header == 0)
            {
                return value;
            }

            int delta = header >> 4;
            field = delta == 0 ? (int)ReadZigZag(bytes, ref position) : field + delta;
            value._fields[field] = ReadValue(bytes, ref position, header & 15, depth, inList: false);
        }
    }

    private static object ReadValue(ReadOnlySpan<byte> bytes, ref int position, int type, int depth, bool inList)
    {
        switch (type)
        {
            case 1 or 2 when inList:
                return ReadByte(bytes, ref position) == 1;
            case 1 or 2:
                return type == 1;
            case 3:
                return (long)(sbyte)ReadByte(bytes, ref position);
            case 4 or 5 or 6:
                return ReadZigZag(bytes, ref position);
            case 7:
                position = checked(position + sizeof(double));
                return 0.0;
            case 8:
                ulong length = ReadNumber(bytes, ref position);
                if (length > (ulong)(bytes.Length - position))
                {
                    throw Damaged();
                }

                byte[] text = bytes.Slice(position, (int)length).ToArray();
                position += (int)length;
                return text;
            case 9 or 10:
                return ReadList(bytes, ref position, depth);
            case 11:
                return ReadMap(bytes, ref position, depth);
            case 12:
                return ReadStruct(bytes, ref position, depth + 1);
            default:
                throw Damaged();
        }
    }

    private static object[] ReadList(ReadOnlySpan<byte> bytes, ref int position, int depth)
    {
        byte header = ReadByte(bytes, ref position);
        const int LongList = 15;
        ulong count = header >> 4 == LongList ? ReadNumber(bytes, ref position) : (ulong)(header >> 4);
        if (count > (ulong)(bytes.Length - position) || depth > MaximumDepth)
        {
            throw Damaged();
        }

        object[] items = new object[count];
        for (int index = 0; index < items.Length; index++)
        {
            items[index] = ReadValue(bytes, ref position, header & 15, depth + 1, inList: true);
        }

        return items;
    }

    private static object[] ReadMap(ReadOnlySpan<byte> bytes, ref int position, int depth)
    {
        ulong count = ReadNumber(bytes, ref position);
        if (count > (ulong)(bytes.Length - position) || depth > MaximumDepth)
        {
            throw Damaged();
        }

        byte types = count == 0 ? (byte)0 : ReadByte(bytes, ref position);
        for (ulong index = 0; index < count; index++)
        {
            ReadValue(bytes, ref position, types >> 4, depth + 1, inList: true);
            ReadValue(bytes, ref position, types & 15, depth + 1, inList: true);
        }

        return [];
    }

    private static byte ReadByte(ReadOnlySpan<byte> bytes, ref int position) =>
        (uint)position < (uint)bytes.Length ? bytes[position++] : throw Damaged();

    private static long ReadZigZag(ReadOnlySpan<byte> bytes, ref int position)
    {
        ulong number = ReadNumber(bytes, ref position);
        return (long)(number >> 1) ^ -(long)(number & 1);
    }

    private static ulong ReadNumber(ReadOnlySpan<byte> bytes, ref int position)
    {
        ulong number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = ReadByte(bytes, ref position);
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }

        throw Damaged();
    }

    private static InvalidDataException Damaged() => new("the metadata is damaged");
}
