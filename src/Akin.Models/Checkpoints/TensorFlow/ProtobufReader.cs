using System.Buffers.Binary;

namespace Akin.Models.Checkpoints.TensorFlow;

/// <summary>Reads the wire format of protocol buffers, which is enough for the three small messages of a checkpoint's index.</summary>
internal ref struct ProtobufReader
{
    private const int LongestVarintBytes = 10;

    private readonly string _file;
    private readonly string _message;
    private ReadOnlySpan<byte> _rest;
    private uint _tag;

    /// <param name="message">The message's bytes.</param>
    /// <param name="name">What the message is, for errors.</param>
    /// <param name="file">The file, for errors.</param>
    public ProtobufReader(ReadOnlySpan<byte> message, string name, string file)
    {
        _rest = message;
        _message = name;
        _file = file;
    }

    /// <summary>The field just found by <see cref="Next"/>: its number and wire type, for a <c>switch</c>.</summary>
    public readonly (uint Number, WireType Type) Field => (_tag >> 3, (WireType)(_tag & 7));

    /// <summary>Finds the next field; its value must then be read or skipped.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong tag = Varint();
        _tag = tag is > 7 and <= uint.MaxValue ? (uint)tag : throw Fault($"field tag {tag}");
        return true;
    }

    /// <summary>Reads a number of wire type <see cref="WireType.Varint"/>.</summary>
    public ulong Varint() => TryVarint(ref _rest, out ulong value) ? value : throw Fault("a number that is cut short");

    /// <summary>Reads a number of wire type <see cref="WireType.Fixed32"/>.</summary>
    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>Reads a text or message of wire type <see cref="WireType.Bytes"/>.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Varint());

    /// <summary>Passes over a field of no interest.</summary>
    public void Skip()
    {
        switch (Field.Type)
        {
            case WireType.Varint:
                Varint();
                break;
            case WireType.Fixed64:
                Take(sizeof(ulong));
                break;
            case WireType.Bytes:
                Bytes();
                break;
            case WireType.Fixed32:
                Fixed32();
                break;
            default:
                throw Fault($"wire type {(int)Field.Type}");
        }
    }

    /// <summary>Reads a base-128 number, lowest seven bits first, as LevelDB writes them too.</summary>
    public static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < Math.Min(bytes.Length, LongestVarintBytes); i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw Fault($"a field of {length} bytes with {_rest.Length} left");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private readonly CheckpointException Fault(string found) =>
        new(_file, null, $"{found} in the {_message}", "a protocol buffers message", "The file is damaged: fetch it again.");

    public enum WireType
    {
        Varint = 0,
        Fixed64 = 1,
        Bytes = 2,
        Fixed32 = 5,
    }
}
