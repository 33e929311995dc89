using System.Buffers.Binary;
using System.Text;
using Akin.Kernels;
using Akin.Search.Storage;

namespace Akin.Search.Vectors;

/// <summary>
/// The first page of a vector file, little-endian: magic (8 bytes), version, dimension, metric, reserved (4 × u32), count, last row, last deletion,
/// file length (4 × i64), store id (32 ASCII digits), checksum of the block checksums, checksum of all before it (2 × u32).
/// </summary>
internal sealed record VectorFileHeader(string StoreId, int Dimension, VectorMetric Metric, long Count, long LastRow, long LastDeletion, uint ChecksumsChecksum)
{
    private const int Version = 1;
    private const int StoreIdBytes = 32;
    private const int ChecksumOffset = 8 + 4 * 4 + 4 * 8 + StoreIdBytes + 4;

    public const int SizeBytes = ChecksumOffset + 4;

    private static ReadOnlySpan<byte> Magic => "AKINVEC\0"u8;

    public VectorFileLayout Layout => new(Count, Dimension, Metric);

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[SizeBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), Dimension);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), (int)Metric);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), LastRow);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(40), LastDeletion);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), Layout.FileBytes);
        Encoding.ASCII.GetBytes(StoreId, bytes.AsSpan(56, StoreIdBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(56 + StoreIdBytes), ChecksumsChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumOffset), Checksum.Of(bytes.AsSpan(0, ChecksumOffset)));
        return bytes;
    }

    /// <summary>Reads the header of the file that the store names, or says why it is not that file.</summary>
    /// <exception cref="InvalidDataException">The header is damaged or belongs to another store, version or state.</exception>
    public static VectorFileHeader Parse(ReadOnlySpan<byte> bytes, long fileBytes, DocumentStore store, DerivedFile expected)
    {
        if (bytes.Length < SizeBytes || !bytes.StartsWith(Magic))
        {
            throw new InvalidDataException("it does not begin like a vector file");
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

        VectorFileHeader header = new(
            Encoding.ASCII.GetString(bytes.Slice(56, StoreIdBytes)),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            (VectorMetric)BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[(56 + StoreIdBytes)..]));
        if (header.StoreId != store.StoreId || header.Dimension != store.Facts.Dimension || header.Metric != store.Facts.Metric ||
            header.LastRow != expected.LastRow || header.LastDeletion != expected.LastDeletion)
        {
            throw new InvalidDataException("it was made from another store or another state of this one");
        }

        // Bounds before the layout multiplies them.
        if (header.Count < 0 || header.Count > int.MaxValue || header.Layout.FileBytes != fileBytes)
        {
            throw new InvalidDataException($"it has {fileBytes} bytes, which does not fit its {header.Count} vectors of {header.Dimension} floats");
        }

        return header;
    }
}
