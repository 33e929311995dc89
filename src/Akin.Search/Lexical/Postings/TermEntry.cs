using System.Buffers.Binary;

namespace Akin.Search.Lexical.Postings;

/// <summary>Where the postings of a term lie in a segment, 24 bytes: offset (i64), bytes of blocks (i32), documents (i32), bytes of positions, right behind the blocks (i64).</summary>
internal readonly record struct TermEntry(long Offset, int BlockBytes, int DocumentCount, long PositionBytes)
{
    public const int SizeBytes = 24;

    public int BlockCount => (DocumentCount + PostingsBlock.Size - 1) / PostingsBlock.Size;

    public static TermEntry Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64LittleEndian(bytes),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Offset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], BlockBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], DocumentCount);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], PositionBytes);
    }
}
