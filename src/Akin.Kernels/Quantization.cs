namespace Akin.Kernels;

/// <summary>Turns float32 embeddings into int8, uint8 and one-bit codes.</summary>
public static class Quantization
{
    /// <summary>Symmetric int8: each vector is divided by its own scale max|x| / 127 and rounded to nearest, ties to even.</summary>
    /// <param name="vectors">Vectors, <c>[rows, dimension]</c>, finite.</param>
    /// <param name="dimension">Number of columns.</param>
    /// <param name="codes">Receives −127 … 127, <c>[rows, dimension]</c>.</param>
    /// <param name="scales">Receives the scale of each vector, <c>[rows]</c>: x ≈ code · scale; 0 for a vector of zeros.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape, or a value is not finite.</exception>
    public static void ToInt8(ReadOnlySpan<float> vectors, int dimension, Span<sbyte> codes, Span<float> scales)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        Shape.Require(vectors.Length, (long)scales.Length * dimension, "[rows, dimension]", nameof(vectors));
        Shape.Require(codes.Length, vectors.Length, "[rows, dimension]", nameof(codes));
        for (int row = 0; row < scales.Length; row++)
        {
            ReadOnlySpan<float> vector = vectors.Slice(row * dimension, dimension);
            float largest = 0;
            for (int i = 0; i < dimension; i++)
            {
                if (!float.IsFinite(vector[i]))
                {
                    throw new ArgumentException($"vectors[{row}, {i}] is {vector[i]}: only finite values have a code.", nameof(vectors));
                }

                largest = Math.Max(largest, Math.Abs(vector[i]));
            }

            // Very small vectors: 127 / largest would overflow, and a scale that rounds to zero would lose the vector anyway.
            float scale = largest / 127;
            float inverse = scale >= 1e-37f ? 127 / largest : 0;
            scales[row] = inverse == 0 ? 0 : scale;
            for (int i = 0; i < dimension; i++)
            {
                codes[row * dimension + i] = (sbyte)MathF.Round(vector[i] * inverse);
            }
        }
    }

    /// <summary>
    /// uint8 by ranges, as Sentence-Transformers' <c>quantize_embeddings</c>: ⌊(x − minimum) / ((maximum − minimum) / 255)⌋ limited to 0 … 255,
    /// in float32. Its int8 code is this minus 128.
    /// </summary>
    /// <param name="vectors">Vectors, <c>[rows, dimension]</c>; a NaN becomes 0.</param>
    /// <param name="minimum">The value that becomes 0, <c>[dimension]</c>.</param>
    /// <param name="maximum">The value that becomes 255, <c>[dimension]</c>.</param>
    /// <param name="codes">Receives the codes, <c>[rows, dimension]</c>.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void ToUInt8(ReadOnlySpan<float> vectors, ReadOnlySpan<float> minimum, ReadOnlySpan<float> maximum, Span<byte> codes)
    {
        int dimension = minimum.Length;
        Shape.Require(maximum.Length, dimension, "[dimension]", nameof(maximum));
        Shape.Require(codes.Length, vectors.Length, "[rows, dimension]", nameof(codes));
        Shape.Require(vectors.Length, dimension == 0 ? 0 : vectors.Length / dimension * dimension, "[rows, dimension]", nameof(vectors));
        for (int start = 0; start < vectors.Length; start += dimension)
        {
            for (int i = 0; i < dimension; i++)
            {
                float step = (maximum[i] - minimum[i]) / 255;
                float code = MathF.Floor((vectors[start + i] - minimum[i]) / step);
                codes[start + i] = (byte)(code >= 255 ? 255 : code > 0 ? code : 0);
            }
        }
    }

    /// <summary>One bit a dimension: 1 where x &gt; 0. The first dimension is the highest bit of the first byte (NumPy's <c>packbits</c>).</summary>
    /// <param name="vectors">Vectors, <c>[rows, dimension]</c>.</param>
    /// <param name="dimension">Number of columns; the last byte of a row is filled up with zeros.</param>
    /// <param name="bits">Receives <c>[rows, ⌈dimension / 8⌉]</c>.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void ToBits(ReadOnlySpan<float> vectors, int dimension, Span<byte> bits)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        int rowCount = vectors.Length / dimension;
        int byteCount = (dimension + 7) / 8;
        Shape.Require(vectors.Length, (long)rowCount * dimension, "[rows, dimension]", nameof(vectors));
        Shape.Require(bits.Length, (long)rowCount * byteCount, "[rows, dimension / 8 rounded up]", nameof(bits));
        bits.Clear();
        for (int row = 0; row < rowCount; row++)
        {
            for (int i = 0; i < dimension; i++)
            {
                if (vectors[row * dimension + i] > 0)
                {
                    bits[row * byteCount + i / 8] |= (byte)(0x80 >> (i % 8));
                }
            }
        }
    }
}
