using System.Buffers.Binary;
using System.Text;
using Akin.Tokenizers.Protobuf;

namespace Akin.Models.Checkpoints.TensorFlow;

/// <summary>
/// A table of sorted keys and values in LevelDB's format (google/leveldb, <c>doc/table_format.md</c>): blocks of prefix-compressed
/// entries, each with a checksum; a block that lists the others; and a footer that points to it. Read whole; compressed blocks, which
/// TensorFlow never writes here, are refused.
/// </summary>
internal static class SortedTable
{
    private const ulong Magic = 0xDB4775248B80FB57;
    private const int FooterBytes = 48;
    private const int TrailerBytes = 5; // one byte for the compression, four for the checksum
    private const int LargestFileBytes = 64 << 20;
    private const int MostKeyBytes = 64 << 20; // shared prefixes let a small file spell enormous keys
    private const string Damaged = "The file is damaged or was cut short: fetch it again.";

    /// <summary>Every key with its value, in ascending order of the keys' bytes.</summary>
    /// <exception cref="CheckpointException">The file is damaged, or its blocks are compressed.</exception>
    public static List<(string Key, byte[] Value)> Read(MappedFile file)
    {
        if (file.Length is < FooterBytes or > LargestFileBytes)
        {
            throw Fault(file, $"{file.Length} bytes", $"{FooterBytes} to {LargestFileBytes} of a checkpoint's index");
        }

        using MappedFile.Bytes bytes = file.Rent(0, (int)file.Length);
        ReadOnlySpan<byte> footer = bytes.Span[^FooterBytes..];
        ulong magic = BinaryPrimitives.ReadUInt64LittleEndian(footer[^sizeof(ulong)..]);
        if (magic != Magic)
        {
            throw Fault(file, $"0x{magic:X16} as the last 8 bytes", $"0x{Magic:X16}, which ends a checkpoint's index");
        }

        ReadOnlySpan<byte> handles = footer[..^sizeof(ulong)];
        ReadHandle(file, ref handles); // the index of meta blocks, which checkpoints do not have
        (long offset, long size) = ReadHandle(file, ref handles);
        ReadOnlySpan<byte> blocks = bytes.Span[..^FooterBytes];

        List<(string Key, byte[] Value)> entries = [];
        byte[] lastKey = [];
        int keyBytes = 0;
        foreach ((_, byte[] handle) in ReadBlock(file, blocks, offset, size))
        {
            ReadOnlySpan<byte> place = handle;
            (offset, size) = ReadHandle(file, ref place);
            foreach ((byte[] key, byte[] value) in ReadBlock(file, blocks, offset, size))
            {
                // Ascending keys also mean that no block is listed twice.
                if (entries.Count > 0 && key.AsSpan().SequenceCompareTo(lastKey) <= 0)
                {
                    throw Fault(file, $"the key '{Encoding.UTF8.GetString(key)}' after '{Encoding.UTF8.GetString(lastKey)}'", "ascending keys");
                }

                keyBytes += key.Length;
                if (keyBytes > MostKeyBytes)
                {
                    throw Fault(file, $"more than {MostKeyBytes} bytes of keys", "the names of a model's variables");
                }

                lastKey = key;
                entries.Add((Encoding.UTF8.GetString(key), value));
            }
        }

        return entries;
    }

    private static (long Offset, long Size) ReadHandle(MappedFile file, ref ReadOnlySpan<byte> bytes) =>
        ProtobufReader.TryVarint(ref bytes, out ulong offset) && ProtobufReader.TryVarint(ref bytes, out ulong size) && offset <= LargestFileBytes && size <= LargestFileBytes
            ? ((long)offset, (long)size)
            : throw Fault(file, "a damaged place of a block", "offset and size inside the file");

    private static List<(byte[] Key, byte[] Value)> ReadBlock(MappedFile file, ReadOnlySpan<byte> blocks, long offset, long size)
    {
        if (offset + size + TrailerBytes > blocks.Length)
        {
            throw Fault(file, $"a block of {size} bytes at {offset}", $"one inside {blocks.Length} bytes");
        }

        ReadOnlySpan<byte> checkedBytes = blocks.Slice((int)offset, (int)size + 1);
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(blocks[((int)offset + (int)size + 1)..]);
        uint computed = MaskedCrc32C.Mask(MaskedCrc32C.Append(MaskedCrc32C.Start, checkedBytes));
        if (stored != computed)
        {
            throw Fault(file, $"checksum 0x{computed:X8} of the block at {offset}", $"0x{stored:X8}, as stored with it");
        }

        byte compression = checkedBytes[^1];
        if (compression != 0)
        {
            throw new CheckpointException(file.Path, null, $"a block compressed by {(compression == 1 ? "snappy" : $"method {compression}")}", "plain blocks, as TensorFlow writes them", "Save the checkpoint again with TensorFlow.");
        }

        return ReadEntries(file, checkedBytes[..^1]);
    }

    /// <summary>Entries: bytes shared with the key before, bytes of its own, bytes of value; then the two texts. Restart points follow and are not needed.</summary>
    private static List<(byte[] Key, byte[] Value)> ReadEntries(MappedFile file, ReadOnlySpan<byte> block)
    {
        uint restarts = block.Length < sizeof(uint) ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(block[^sizeof(uint)..]);
        long restartBytes = ((long)restarts + 1) * sizeof(uint);
        if (restartBytes > block.Length)
        {
            throw Fault(file, $"{restarts} restart points in a block of {block.Length} bytes", "as many as fit");
        }

        ReadOnlySpan<byte> rest = block[..^(int)restartBytes];
        List<(byte[] Key, byte[] Value)> entries = [];
        byte[] key = [];
        long keyBytes = 0;
        while (!rest.IsEmpty)
        {
            if (!ProtobufReader.TryVarint(ref rest, out ulong shared)
                || !ProtobufReader.TryVarint(ref rest, out ulong own)
                || !ProtobufReader.TryVarint(ref rest, out ulong valueLength)
                || shared > (ulong)key.Length
                || own > (ulong)rest.Length
                || valueLength > (ulong)rest.Length - own)
            {
                throw Fault(file, "a damaged entry in a block", "lengths inside the block");
            }

            key = [.. key.AsSpan(0, (int)shared), .. rest[..(int)own]];
            keyBytes += key.Length;
            if (keyBytes > MostKeyBytes)
            {
                throw Fault(file, $"more than {MostKeyBytes} bytes of keys", "the names of a model's variables");
            }

            entries.Add((key, rest.Slice((int)own, (int)valueLength).ToArray()));
            rest = rest[((int)own + (int)valueLength)..];
        }

        return entries;
    }

    private static CheckpointException Fault(MappedFile file, string found, string expected) => new(file.Path, null, found, expected, Damaged);
}
