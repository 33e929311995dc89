using System.Buffers.Binary;
using System.Text;
using Akin.Search.Storage;
using Akin.Search.Vectors;

namespace Akin.Search.Graph;

/// <summary>
/// The first page of a graph file, little-endian: magic (8 bytes), version, M, efConstruction, nodes, upper lists, entry, words of sign bits a node, dimension (8 × i32), last row, last
/// deletion, file length (3 × i64), store id (32 ASCII digits), checksum of the block checksums, checksum of all before it (2 × u32).
/// </summary>
internal sealed record GraphFileHeader(
    string StoreId, int M, int EfConstruction, int Count, int UpperCount, int Entry, int BitWords, int Dimension, long LastRow, long LastDeletion, uint ChecksumsChecksum)
{
    private const int Version = 1;
    private const int NumbersOffset = 8, PlaceOffset = NumbersOffset + 8 * sizeof(int), StoreIdOffset = PlaceOffset + 3 * sizeof(long), StoreIdBytes = 32;
    private const int ChecksumOffset = StoreIdOffset + StoreIdBytes + sizeof(uint);

    public const int SizeBytes = ChecksumOffset + sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "AKINGRF\0"u8;

    public GraphFileLayout Layout => new(Count, M, UpperCount, BitWords, Dimension);

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[SizeBytes];
        Magic.CopyTo(bytes);
        int[] numbers = [Version, M, EfConstruction, Count, UpperCount, Entry, BitWords, Dimension];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(NumbersOffset + i * sizeof(int)), numbers[i]);
        }

        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(PlaceOffset), LastRow);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(PlaceOffset + sizeof(long)), LastDeletion);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(PlaceOffset + 2 * sizeof(long)), Layout.FileBytes);
        Encoding.ASCII.GetBytes(StoreId, bytes.AsSpan(StoreIdOffset, StoreIdBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(StoreIdOffset + StoreIdBytes), ChecksumsChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumOffset), Checksum.Of(bytes.AsSpan(0, ChecksumOffset)));
        return bytes;
    }

    /// <summary>Reads the header of the file that the store names, over the vector file in use, or says why it is not that file.</summary>
    /// <exception cref="InvalidDataException">The header is damaged or belongs to another store, version or state.</exception>
    public static GraphFileHeader Parse(ReadOnlySpan<byte> bytes, long fileBytes, DocumentStore store, DerivedFile expected, MappedBlock vectors)
    {
        if (bytes.Length < SizeBytes || !bytes.StartsWith(Magic))
        {
            throw new InvalidDataException("it does not begin like a graph file");
        }

        int Number(ReadOnlySpan<byte> from, int i) => BinaryPrimitives.ReadInt32LittleEndian(from[(NumbersOffset + i * sizeof(int))..]);
        long Place(ReadOnlySpan<byte> from, int i) => BinaryPrimitives.ReadInt64LittleEndian(from[(PlaceOffset + i * sizeof(long))..]);
        if (Number(bytes, 0) != Version)
        {
            throw new InvalidDataException($"it has version {Number(bytes, 0)}, not {Version}");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]) != Checksum.Of(bytes[..ChecksumOffset]))
        {
            throw new InvalidDataException("its header does not match its checksum");
        }

        GraphFileHeader header = new(
            Encoding.ASCII.GetString(bytes.Slice(StoreIdOffset, StoreIdBytes)),
            Number(bytes, 1),
            Number(bytes, 2),
            Number(bytes, 3),
            Number(bytes, 4),
            Number(bytes, 5),
            Number(bytes, 6),
            Number(bytes, 7),
            Place(bytes, 0),
            Place(bytes, 1),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[(StoreIdOffset + StoreIdBytes)..]));
        if (header.StoreId != store.StoreId || header.LastRow != expected.LastRow || header.LastDeletion != expected.LastDeletion || header.Count != vectors.Count ||
            header.Dimension != vectors.Dimension)
        {
            throw new InvalidDataException("it was made from another store or another state of this one");
        }

        // Bounds before the layout multiplies them.
        bool isPossible = header.M is >= HnswOptions.LeastM and <= HnswOptions.MostM && header.EfConstruction is >= 1 and <= HnswOptions.MostEfConstruction &&
            header.UpperCount >= 0 && (uint)header.Entry < (uint)Math.Max(1, header.Count) && (header.BitWords == 0 || header.BitWords == GraphVectors.WordsOf(header.Dimension));
        if (!isPossible || header.Layout.FileBytes != fileBytes)
        {
            throw new InvalidDataException($"it has {fileBytes} bytes, which does not fit its {header.Count} nodes and {header.UpperCount} upper lists of M {header.M}");
        }

        return header;
    }
}
