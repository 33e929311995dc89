using System.Buffers.Binary;

namespace Akin.Search.Lexical.Postings;

/// <summary>
/// Where the postings of a term lie in a segment: what is known of its blocks, the best impacts of all of them, the blocks, the positions. 32 bytes: offset (i64),
/// bytes before the positions (i32), documents (i32), bytes of positions (i64), impacts of the whole term (i32), reserved (i32).
/// </summary>
internal readonly record struct TermEntry(long Offset, int BlockBytes, int DocumentCount, long PositionBytes, int ImpactCount)
{
    public const int SizeBytes = 32;

    /// <summary>Where the impacts of the whole term lie.</summary>
    public long ImpactsOffset => Offset + (long)BlockCount * PostingsBlock.SizeBytes;

    public int BlockCount => (DocumentCount + PostingsBlock.Size - 1) / PostingsBlock.Size;

    public static TermEntry Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64LittleEndian(bytes),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Offset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], BlockBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], DocumentCount);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], PositionBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], ImpactCount);
    }
}
