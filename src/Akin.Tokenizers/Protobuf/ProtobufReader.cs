using System.Buffers.Binary;

namespace Akin.Tokenizers.Protobuf;

/// <summary>
/// Reads the wire format of protocol buffers, without copying: SentencePiece models here, the index of TensorFlow checkpoints in the layer above.
/// Lengths are checked against what is left of the message, so that a damaged file gives an error and nothing else.
/// </summary>
/// <remarks>Groups (wire types 3 and 4) are refused: no file that is read here has them.</remarks>
public ref struct ProtobufReader
{
    private const int LongestVarintBytes = 10;

    private readonly Func<string, Exception> fault;
    private ReadOnlySpan<byte> rest;
    private uint tag;

    /// <summary>Starts at the first field of a message.</summary>
    /// <param name="message">The message's bytes.</param>
    /// <param name="fault">Makes the error for a message that is damaged, from what was found.</param>
    public ProtobufReader(ReadOnlySpan<byte> message, Func<string, Exception> fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        rest = message;
        this.fault = fault;
    }

    /// <summary>The field just found by <see cref="Next"/>: its number and wire type, for a <c>switch</c>.</summary>
    public readonly (uint Number, WireType Type) Field => (tag >> 3, (WireType)(tag & 7));

    /// <summary>Finds the next field; its value must then be read or skipped.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Next()
    {
        if (rest.IsEmpty)
            return false;
        ulong next = Varint();
        tag = next is > 7 and <= uint.MaxValue ? (uint)next : throw fault($"field tag {next}");
        return true;
    }

    /// <summary>Reads a number of wire type <see cref="WireType.Varint"/>.</summary>
    /// <returns>The number as it is written: 64 bits, two's complement.</returns>
    public ulong Varint() => TryVarint(ref rest, out ulong value) ? value : throw fault("a number that is cut short");

    /// <summary>Reads a number of wire type <see cref="WireType.Fixed32"/>.</summary>
    /// <returns>The 32 bits.</returns>
    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>Reads a number of wire type <see cref="WireType.Fixed64"/>.</summary>
    /// <returns>The 64 bits.</returns>
    public ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>Reads a text or message of wire type <see cref="WireType.Bytes"/>.</summary>
    /// <returns>The bytes, in place.</returns>
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
                throw fault($"wire type {(int)Field.Type}");
        }
    }

    /// <summary>Reads a base-128 number, lowest seven bits first, as LevelDB writes them too.</summary>
    /// <param name="bytes">Where it starts; moved past it.</param>
    /// <param name="value">The number.</param>
    /// <returns>Whether there was one.</returns>
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
        if (length > (ulong)rest.Length)
            throw fault($"a field of {length} bytes with {rest.Length} left");
        ReadOnlySpan<byte> taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }
}
