namespace Akin.Models.Checkpoints.Gguf;

/// <summary>How ggml stores a tensor's numbers (its <c>ggml_type</c>): alone, or in blocks that share a scale.</summary>
/// <param name="Id">Its number in files.</param>
/// <param name="Name">Its name.</param>
/// <param name="BlockLength">Numbers of a block.</param>
/// <param name="BlockBytes">Bytes of a block.</param>
internal sealed record GgufTensorType(uint Id, string Name, int BlockLength, int BlockBytes)
{
    public static GgufTensorType F32 { get; } = new(0, "F32", 1, 4);

    public static GgufTensorType F16 { get; } = new(1, "F16", 1, 2);

    /// <summary>A scale in half precision, then 16 bytes: number j in the low half of byte j, number j + 16 in its high half, each 8 too large.</summary>
    public static GgufTensorType Q4_0 { get; } = new(2, "Q4_0", 32, 18);

    /// <summary>A scale in half precision, then 32 signed bytes.</summary>
    public static GgufTensorType Q8_0 { get; } = new(8, "Q8_0", 32, 34);

    public static IReadOnlyList<GgufTensorType> All { get; } = [F32, F16, Q4_0, Q8_0];

    /// <summary>Whether the numbers are stored in blocks.</summary>
    public bool IsQuantized => BlockLength > 1;

    /// <summary>Restores the numbers of whole blocks, as ggml's reference code does: the whole number times the scale, in single precision.</summary>
    /// <param name="source">The blocks.</param>
    /// <param name="destination">As many numbers as the blocks hold.</param>
    public void Restore(ReadOnlySpan<byte> source, Span<float> destination)
    {
        const int ScaleBytes = 2;
        for (int block = 0; block < destination.Length / BlockLength; block++)
        {
            ReadOnlySpan<byte> stored = source.Slice(block * BlockBytes, BlockBytes);
            Span<float> numbers = destination.Slice(block * BlockLength, BlockLength);
            float scale = (float)System.Buffers.Binary.BinaryPrimitives.ReadHalfLittleEndian(stored);
            stored = stored[ScaleBytes..];
            if (this == Q8_0)
            {
                for (int i = 0; i < numbers.Length; i++)
                {
                    numbers[i] = (sbyte)stored[i] * scale;
                }

                continue;
            }

            for (int i = 0; i < stored.Length; i++)
            {
                numbers[i] = ((stored[i] & 15) - 8) * scale;
                numbers[i + stored.Length] = ((stored[i] >> 4) - 8) * scale;
            }
        }
    }
}
