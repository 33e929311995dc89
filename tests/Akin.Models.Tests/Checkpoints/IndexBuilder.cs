using System.Buffers.Binary;
using System.Text;
using Akin.Models.Checkpoints.TensorFlow;

namespace Akin.Models.Tests.Checkpoints;

/// <summary>Writes the index of a TensorFlow checkpoint with right checksums, so that what is wrong in it is found behind them.</summary>
internal static class IndexBuilder
{
    /// <summary>num_shards: 1, version: { producer: 1 }.</summary>
    public static readonly byte[] Header = [0x08, 0x01, 0x1A, 0x02, 0x08, 0x01];

    /// <summary>dtype: DT_FLOAT, shape: { dim: { size: 2 } }, size: 8, crc32c: 0.</summary>
    public static readonly byte[] TwoFloats = [0x08, 0x01, 0x12, 0x04, 0x12, 0x02, 0x08, 0x02, 0x28, 0x08, 0x35, 0, 0, 0, 0];

    public static byte[] Table(params (string Key, byte[] Value)[] entries) => Table(compression: 0, blockCopies: 1, entries);

    public static byte[] Table(byte compression, int blockCopies, params (string Key, byte[] Value)[] entries)
    {
        List<byte> file = [];
        byte[] data = AddBlock(file, Block(entries.Select(entry => (Encoding.UTF8.GetBytes(entry.Key), entry.Value))), compression);
        byte[] meta = AddBlock(file, Block([]), 0);
        byte[] index = AddBlock(file, Block(Enumerable.Range(0, blockCopies).Select(i => (new byte[] { (byte)('z' + i) }, data))), 0);
        return Footer(file, meta, index);
    }

    /// <summary>A table whose one data block is given.</summary>
    public static byte[] TableOfBlock(byte[] block)
    {
        List<byte> file = [];
        byte[] data = AddBlock(file, block, 0);
        byte[] index = AddBlock(file, Block([("z"u8.ToArray(), data)]), 0);
        return Footer(file, index, index);
    }

    public static byte[] Block(IEnumerable<(byte[] Key, byte[] Value)> entries)
    {
        List<byte> block = [];
        foreach ((byte[] key, byte[] value) in entries)
        {
            block.AddRange([0, .. Varint((ulong)key.Length), .. Varint((ulong)value.Length), .. key, .. value]);
        }

        return [.. block, 0, 0, 0, 0, 1, 0, 0, 0]; // one restart point, at 0
    }

    public static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    private static byte[] AddBlock(List<byte> file, byte[] block, byte compression)
    {
        byte[] handle = [.. Varint((ulong)file.Count), .. Varint((ulong)block.Length)];
        byte[] content = [.. block, compression];
        byte[] checksum = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, MaskedCrc32C.Mask(MaskedCrc32C.Append(MaskedCrc32C.Start, content)));
        file.AddRange([.. content, .. checksum]);
        return handle;
    }

    private static byte[] Footer(List<byte> file, byte[] meta, byte[] index)
    {
        byte[] handles = new byte[40];
        meta.CopyTo(handles, 0);
        index.CopyTo(handles, meta.Length);
        return [.. file, .. handles, 0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB];
    }
}
