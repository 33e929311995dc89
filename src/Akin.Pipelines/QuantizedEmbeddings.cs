using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Akin.Kernels;

namespace Akin.Pipelines;

/// <summary>Embeddings stored in bytes or bits, the same as <c>sentence_transformers.util.quantize_embeddings</c> makes them (version 6.2).</summary>
public sealed class QuantizedEmbeddings
{
    /// <summary>What is taken from an unsigned byte to make it signed.</summary>
    private const int SignedOffset = 128;

    private readonly byte[] _bytes;

    private QuantizedEmbeddings(EmbeddingPrecision precision, int count, int width)
    {
        Precision = precision;
        Count = count;
        Width = width;
        _bytes = new byte[checked(count * width)];
    }

    /// <summary>What the bytes mean; never <see cref="EmbeddingPrecision.Float32"/>.</summary>
    public EmbeddingPrecision Precision { get; }

    /// <summary>How many embeddings there are.</summary>
    public int Count { get; }

    /// <summary>Bytes of an embedding: the dimension, or an eighth of it rounded up.</summary>
    public int Width { get; }

    /// <summary>Stores embeddings in fewer bytes.</summary>
    /// <param name="embeddings"><c>[rows][dimension]</c>; must not be empty.</param>
    /// <param name="precision">Anything but <see cref="EmbeddingPrecision.Float32"/>.</param>
    /// <param name="ranges">For bytes: what the codes stand for; by default the ranges of these very embeddings, which suits only large collections.</param>
    /// <exception cref="ArgumentException">There is no embedding, the precision stores no bytes, or the ranges have another dimension.</exception>
    public static QuantizedEmbeddings Quantize(IReadOnlyList<float[]> embeddings, EmbeddingPrecision precision, EmbeddingRanges? ranges = null)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        if (embeddings.Count == 0)
        {
            throw new ArgumentException("There is no embedding to quantize.", nameof(embeddings));
        }

        int dimension = embeddings[0].Length;
        bool bits = precision is EmbeddingPrecision.Binary or EmbeddingPrecision.UBinary;
        if (!bits && precision is not (EmbeddingPrecision.Int8 or EmbeddingPrecision.UInt8))
        {
            throw new ArgumentException($"Precision {precision} stores no bytes; supported: Int8, UInt8, Binary, UBinary.", nameof(precision));
        }

        ranges ??= bits ? null : EmbeddingRanges.Of(embeddings);
        if (ranges is not null && ranges.Minimum.Length != dimension)
        {
            throw new ArgumentException($"The ranges have {ranges.Minimum.Length} dimensions, the embeddings {dimension}.", nameof(ranges));
        }

        QuantizedEmbeddings result = new(precision, embeddings.Count, bits ? (dimension + 7) / 8 : dimension);
        for (int row = 0; row < embeddings.Count; row++)
        {
            Span<byte> codes = result.Bytes(row);
            if (bits)
            {
                Quantization.ToBits(embeddings[row], dimension, codes);
            }
            else
            {
                Quantization.ToUInt8(embeddings[row], ranges!.Minimum, ranges.Maximum, codes);
            }
        }

        if (precision is EmbeddingPrecision.Int8 or EmbeddingPrecision.Binary)
        {
            // Modulo 256, taking 128 away and flipping the highest bit are the same.
            TensorPrimitives.Xor(result._bytes, (byte)SignedOffset, result._bytes);
        }

        return result;
    }

    /// <summary>The bytes of one embedding, signed ones in two's complement.</summary>
    /// <param name="row">From 0.</param>
    public ReadOnlySpan<byte> Row(int row) => Bytes(row);

    /// <summary>The codes of one embedding as signed numbers, for <see cref="EmbeddingPrecision.Int8"/> and <see cref="EmbeddingPrecision.Binary"/>.</summary>
    /// <param name="row">From 0.</param>
    public ReadOnlySpan<sbyte> SignedRow(int row) => MemoryMarshal.Cast<byte, sbyte>(Bytes(row));

    private Span<byte> Bytes(int row) => _bytes.AsSpan(checked(row * Width), Width);
}
