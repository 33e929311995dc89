using System.Buffers.Binary;
using System.IO.Compression;
using Akin.Datasets.Compression;

namespace Akin.Datasets.Parquet;

/// <summary>Unpacks the bytes of a page.</summary>
internal static class PageCodec
{
    private static readonly string[] Names = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"];

    /// <exception cref="InvalidDataException">The bytes are damaged or do not give the length that is claimed.</exception>
    /// <exception cref="NotSupportedException">There is no such codec here.</exception>
    public static ReadOnlyMemory<byte> Unpack(long codec, ReadOnlyMemory<byte> packed, int length)
    {
        switch (codec)
        {
            case 0:
                return packed.Length == length ? packed : throw Wrong(length);
            case 1:
                byte[] snappy = Allocate(packed, length, Snappy.MaximumRatio);
                Snappy.Decode(packed.Span, snappy);
                return snappy;
            case 2:
                return Drain(new GZipStream(Stream(packed), CompressionMode.Decompress), length);
            case 4:
                return Drain(new BrotliStream(Stream(packed), CompressionMode.Decompress), length);
            case 5:
                byte[] hadoop = Allocate(packed, length, Lz4.MaximumRatio);
                UnpackHadoop(packed.Span, hadoop);
                return hadoop;
            case 6:
                byte[] zstandard = Allocate(packed, length, Zstandard.MaximumRatio);
                Zstandard.Decode(packed.Span, zstandard);
                return zstandard;
            case 7:
                byte[] raw = Allocate(packed, length, Lz4.MaximumRatio);
                return Lz4.DecodeBlock(packed.Span, raw, 0) == length ? raw : throw Wrong(length);
            default:
                string name = codec >= 0 && codec < Names.Length ? Names[codec] : $"number {codec}";
                throw new NotSupportedException($"pages are packed with {name}, which is not supported; write the file with snappy, gzip, brotli, lz4, zstd or without compression");
        }
    }

    private static byte[] Allocate(ReadOnlyMemory<byte> packed, int length, int ratio) =>
        length <= (long)packed.Length * ratio ? new byte[length] : throw new InvalidDataException($"a page of {packed.Length} packed bytes claims to be {length}");

    /// <summary>Hadoop's framing: the lengths unpacked and packed, big-endian, before each block. Other writers put a bare frame or block under the same number.</summary>
    private static void UnpackHadoop(ReadOnlySpan<byte> packed, Span<byte> destination)
    {
        if (Lz4.IsFrame(packed))
        {
            Lz4.DecodeFrame(packed, destination);
            return;
        }

        int position = 0;
        int written = 0;
        while (packed.Length - position >= 2 * sizeof(int))
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(packed[position..]);
            int packedLength = BinaryPrimitives.ReadInt32BigEndian(packed[(position + sizeof(int))..]);
            position += 2 * sizeof(int);
            if (length < 0 || packedLength < 0 || length > destination.Length - written || packedLength > packed.Length - position)
            {
                written = -1;
                break;
            }

            // Matches do not reach into the block before.
            if (Lz4.DecodeBlock(packed.Slice(position, packedLength), destination.Slice(written, length), 0) != length)
            {
                written = -1;
                break;
            }

            position += packedLength;
            written += length;
        }

        if (written != destination.Length && Lz4.DecodeBlock(packed, destination, 0) != destination.Length)
        {
            throw Wrong(destination.Length);
        }
    }

    /// <summary>Reads a stream that must give exactly so many bytes; memory grows with what comes, not with what is claimed.</summary>
    private static ReadOnlyMemory<byte> Drain(Stream stream, int length)
    {
        using (stream)
        {
            using MemoryStream unpacked = new();
            byte[] buffer = new byte[1 << 14];
            int read;
            while ((read = stream.Read(buffer)) > 0)
            {
                unpacked.Write(buffer, 0, read);
                if (unpacked.Length > length)
                {
                    throw Wrong(length);
                }
            }

            return unpacked.Length == length ? unpacked.ToArray() : throw Wrong(length);
        }
    }

    private static MemoryStream Stream(ReadOnlyMemory<byte> packed) => new(packed.ToArray(), writable: false);

    private static InvalidDataException Wrong(int length) => new($"a page does not unpack to the {length} bytes it claims");
}
