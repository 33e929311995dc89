using System.Buffers.Binary;
using System.Text;
using Akin.Search.Storage;

namespace Akin.Search.Lexical.Postings;

/// <summary>
/// The first page of a postings file, little-endian: magic (8 bytes), version (u32), reserved (u32), documents, terms (2 × i32), offset of the entries (i64), bytes of the
/// terms (u32), reserved (u32), last row, last deletion, file length (3 × i64), store id (32 ASCII digits), fingerprint of the options (16 ASCII digits), checksum of
/// the block checksums, checksum of all before it (2 × u32).
/// </summary>
internal sealed record PostingsFileHeader(string StoreId, string Fingerprint, SegmentLayout Segment, long LastRow, long LastDeletion, uint ChecksumsChecksum)
{
    public const int SizeBytes = ChecksumOffset + sizeof(uint);

    private const int Version = 1;
    private const int StoreIdOffset = 64, StoreIdBytes = 32;
    private const int FingerprintOffset = StoreIdOffset + StoreIdBytes, FingerprintBytes = 16;
    private const int ChecksumsChecksumOffset = FingerprintOffset + FingerprintBytes;
    private const int ChecksumOffset = ChecksumsChecksumOffset + sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "AKINPST\0"u8;

    public long ChecksumsOffset => DerivedFileFormat.PageBytes + Segment.SizeBytes;

    public long FileBytes => DerivedFileFormat.FileBytes(ChecksumsOffset);

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[SizeBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), Segment.DocumentCount);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), Segment.TermCount);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Segment.EntriesOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(32), Segment.TermBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(40), LastRow);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), LastDeletion);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(56), FileBytes);
        Encoding.ASCII.GetBytes(StoreId, bytes.AsSpan(StoreIdOffset, StoreIdBytes));
        Encoding.ASCII.GetBytes(Fingerprint, bytes.AsSpan(FingerprintOffset, FingerprintBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumsChecksumOffset), ChecksumsChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumOffset), Checksum.Of(bytes.AsSpan(0, ChecksumOffset)));
        return bytes;
    }

    /// <summary>Reads the header of the file that the store names, or says why it is not that file.</summary>
    /// <exception cref="InvalidDataException">The header is damaged or belongs to another store, other options, another version or state.</exception>
    public static PostingsFileHeader Parse(ReadOnlySpan<byte> bytes, long fileBytes, DocumentStore store, string fingerprint, DerivedFile expected)
    {
        if (bytes.Length < SizeBytes || !bytes.StartsWith(Magic))
        {
            throw new InvalidDataException("it does not begin like a postings file");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (version != Version)
        {
            throw new InvalidDataException($"it has version {version}, not {Version}");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]) != Checksum.Of(bytes[..ChecksumOffset]))
        {
            throw new InvalidDataException("its header does not match its checksum");
        }

        SegmentLayout segment = new(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]));
        PostingsFileHeader header = new(
            Encoding.ASCII.GetString(bytes.Slice(StoreIdOffset, StoreIdBytes)),
            Encoding.ASCII.GetString(bytes.Slice(FingerprintOffset, FingerprintBytes)),
            segment,
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumsChecksumOffset..]));
        if (header.StoreId != store.StoreId || header.Fingerprint != fingerprint || header.LastRow != expected.LastRow || header.LastDeletion != expected.LastDeletion)
        {
            throw new InvalidDataException("it was made from another store, another state of this one or with other options");
        }

        // Bounds before the layout multiplies them.
        if (segment.DocumentCount < 0 || segment.TermCount < 0 || segment.EntriesOffset < segment.PostingsOffset || segment.EntriesOffset > fileBytes || header.FileBytes != fileBytes)
        {
            throw new InvalidDataException($"it has {fileBytes} bytes, which does not fit its {segment.DocumentCount} documents and {segment.TermCount} terms");
        }

        return header;
    }
}
