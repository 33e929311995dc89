using System.Buffers.Binary;

namespace Akin.Search.Lexical.Postings;

/// <summary>
/// What is known of a block of postings without unpacking it, 16 bytes: the last document (u32), where the block begins in the term's data and its positions
/// behind it (2 × u32), bits of documents and frequencies (2 × u8), impacts (u16).
/// </summary>
internal readonly record struct PostingsBlock(int LastDocument, uint Offset, uint PositionsOffset, int DocumentBits, int FrequencyBits, int ImpactCount)
{
    /// <summary>Documents in every block but the last of a term.</summary>
    public const int Size = 128;

    public const int SizeBytes = 16;

    public static PostingsBlock Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32LittleEndian(bytes),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
        bytes[12],
        bytes[13],
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, LastDocument);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Offset);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], PositionsOffset);
        bytes[12] = (byte)DocumentBits;
        bytes[13] = (byte)FrequencyBits;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[14..], (ushort)ImpactCount);
    }
}
