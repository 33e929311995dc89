using Akin.Tokenizers.Protobuf;

namespace Akin.Models.Checkpoints.TensorFlow;

/// <summary>
/// What the index says about one variable (tensorflow, <c>core/protobuf/tensor_bundle.proto</c>, <c>BundleEntryProto</c>), checked as far as it can be without the data.
/// </summary>
/// <param name="Variable">Its TensorFlow name, type and shape.</param>
/// <param name="Shard">Number of the data file.</param>
/// <param name="Offset">Byte of the first element there; at least 0.</param>
/// <param name="Checksum">Masked CRC-32C of the data.</param>
internal sealed record BundleEntry(TensorInfo Variable, int Shard, long Offset, uint Checksum)
{
    private const string Damaged = "The file is damaged: fetch it again.";

    public long SizeBytes => Variable.ElementCount * Variable.DType.SizeBytes();

    /// <exception cref="CheckpointException">The entry is damaged, or of a kind that Akin does not read.</exception>
    public static BundleEntry Parse(string name, ReadOnlySpan<byte> message, string prefix, int shardCount, string file)
    {
        ulong dtype = 0;
        ulong shard = 0;
        ulong offset = 0;
        ulong size = 0;
        uint checksum = 0;
        long[] shape = [];
        ProtobufReader reader = new(message, CheckpointException.InMessage(file, $"entry of '{name}'"));
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case (1, WireType.Varint):
                    dtype = reader.Varint();
                    break;
                case (2, WireType.Bytes):
                    shape = ParseShape(name, reader.Bytes(), file);
                    break;
                case (3, WireType.Varint):
                    shard = reader.Varint();
                    break;
                case (4, WireType.Varint):
                    offset = reader.Varint();
                    break;
                case (5, WireType.Varint):
                    size = reader.Varint();
                    break;
                case (6, WireType.Fixed32):
                    checksum = reader.Fixed32();
                    break;
                case (7, _):
                    throw new CheckpointException(file, name, "a variable split into slices", "whole variables", "Save the checkpoint without partitioned variables.");
                default:
                    reader.Skip();
                    break;
            }
        }

        TensorDType type = ParseDType(name, dtype, file);
        Int128 bytes = type.SizeBytes();
        foreach (long dimension in shape)
        {
            bytes *= dimension;
            if (bytes > long.MaxValue)
            {
                throw new CheckpointException(file, name, $"shape [{string.Join(", ", shape)}], which overflows 64 bits", "a shape that fits the data", Damaged);
            }
        }

        if ((UInt128)bytes != size)
        {
            throw new CheckpointException(file, name, $"{size} bytes for {type.Name()} of shape [{string.Join(", ", shape)}]", $"{bytes}", Damaged);
        }

        return shard < (ulong)shardCount && offset <= long.MaxValue
            ? new BundleEntry(new TensorInfo(name, type, shape, DataFile(prefix, (int)shard, shardCount)), (int)shard, (long)offset, checksum)
            : throw new CheckpointException(file, name, $"place {offset} in data file {shard}", $"one of {shardCount} data files", Damaged);
    }

    public static string DataFile(string prefix, int shard, int shardCount) => $"{prefix}.data-{shard:00000}-of-{shardCount:00000}";

    /// <summary>The numbers of <c>core/framework/types.proto</c>.</summary>
    private static TensorDType ParseDType(string name, ulong dtype, string file) => dtype switch
    {
        1 => TensorDType.F32,
        2 => TensorDType.F64,
        3 => TensorDType.I32,
        4 => TensorDType.U8,
        5 => TensorDType.I16,
        6 => TensorDType.I8,
        9 => TensorDType.I64,
        10 => TensorDType.Bool,
        14 => TensorDType.BF16,
        19 => TensorDType.F16,
        _ => throw new CheckpointException(file, name, $"type {(dtype == 7 ? "DT_STRING" : $"number {dtype} of types.proto")}", $"one of {TensorDTypeNames.Supported}", "Save the checkpoint without this variable."),
    };

    /// <summary><c>TensorShapeProto</c>: dim (2) with size (1) and name (2); unknown_rank (3).</summary>
    private static long[] ParseShape(string name, ReadOnlySpan<byte> message, string file)
    {
        List<long> shape = [];
        ProtobufReader reader = new(message, CheckpointException.InMessage(file, $"shape of '{name}'"));
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case (2, WireType.Bytes):
                    shape.Add(ParseDimension(name, reader.Bytes(), file));
                    break;
                case (3, WireType.Varint) when reader.Varint() != 0:
                    throw new CheckpointException(file, name, "a shape of unknown rank", "known sizes", Damaged);
                case (3, WireType.Varint):
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return [.. shape];
    }

    private static long ParseDimension(string name, ReadOnlySpan<byte> message, string file)
    {
        ulong size = 0;
        ProtobufReader reader = new(message, CheckpointException.InMessage(file, $"shape of '{name}'"));
        while (reader.Next())
        {
            if (reader.Field is (1, WireType.Varint))
            {
                size = reader.Varint();
            }
            else
            {
                reader.Skip();
            }
        }

        return size <= long.MaxValue
            ? (long)size
            : throw new CheckpointException(file, name, $"size {(long)size} in the shape", "at least 0", Damaged);
    }
}
