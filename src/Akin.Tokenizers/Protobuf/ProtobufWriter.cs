using System.Buffers;
using System.Buffers.Binary;

namespace Akin.Tokenizers.Protobuf;

/// <summary>Writes the wire format of protocol buffers, field by field in the order of the calls.</summary>
public sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    /// <summary>Writes a field of wire type <see cref="WireType.Varint"/>.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The number, 64 bits, two's complement.</param>
    public void Varint(int field, ulong value)
    {
        Tag(field, WireType.Varint);
        Number(value);
    }

    /// <summary>Writes a field of wire type <see cref="WireType.Fixed32"/>.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The number.</param>
    public void Single(int field, float value)
    {
        Tag(field, WireType.Fixed32);
        Span<byte> four = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        bytes.Write(four);
    }

    /// <summary>Writes a field of wire type <see cref="WireType.Fixed64"/>.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The number.</param>
    public void Double(int field, double value)
    {
        Tag(field, WireType.Fixed64);
        Span<byte> eight = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(eight, value);
        bytes.Write(eight);
    }

    /// <summary>Writes a field of wire type <see cref="WireType.Bytes"/>.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The bytes.</param>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, WireType.Bytes);
        Number((ulong)value.Length);
        bytes.Write(value);
    }

    /// <summary>Writes a text.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The text; half of a surrogate pair becomes U+FFFD.</param>
    public void Text(int field, string value) => Bytes(field, System.Text.Encoding.UTF8.GetBytes(value));

    /// <summary>Writes a message inside this one.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="message">What it holds.</param>
    public void Message(int field, ProtobufWriter message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Bytes(field, message.bytes.WrittenSpan);
    }

    /// <summary>Writes numbers as one field, as <c>packed</c> repeated ones are.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="values">The numbers.</param>
    public void PackedVarints(int field, IEnumerable<int> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ProtobufWriter packed = new();
        foreach (int value in values)
            packed.Number((ulong)value);
        Message(field, packed);
    }

    /// <summary>Writes numbers as one field, as <c>packed</c> repeated ones are.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="values">The numbers.</param>
    public void PackedSingles(int field, IReadOnlyList<float> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        byte[] packed = new byte[values.Count * sizeof(float)];
        for (int i = 0; i < values.Count; i++)
            BinaryPrimitives.WriteSingleLittleEndian(packed.AsSpan(i * sizeof(float)), values[i]);
        Bytes(field, packed);
    }

    /// <summary>The message so far.</summary>
    public byte[] ToArray() => bytes.WrittenSpan.ToArray();

    private void Tag(int field, WireType type) => Number(((ulong)field << 3) | (ulong)type);

    private void Number(ulong value)
    {
        for (; value > 0x7F; value >>= 7)
            bytes.Write([(byte)(value | 0x80)]);
        bytes.Write([(byte)value]);
    }
}
