namespace Akin.Models.Checkpoints.Gguf;

/// <summary>A tensor of a GGUF file.</summary>
/// <param name="Name">Its name in the file, as <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Shape">Sizes, outermost first: the file has them the other way round.</param>
/// <param name="Type">How its numbers are stored.</param>
/// <param name="Offset">Its first byte in the file.</param>
internal sealed record GgufTensor(string Name, long[] Shape, GgufTensorType Type, long Offset)
{
    /// <summary>How many numbers there are; checked to fit the file when it was read.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>How many bytes they take.</summary>
    public long ByteCount => ElementCount / Type.BlockLength * Type.BlockBytes;
}
