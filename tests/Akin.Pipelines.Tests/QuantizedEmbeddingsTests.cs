namespace Akin.Pipelines.Tests;

public sealed class QuantizedEmbeddingsTests : IDisposable
{
    private readonly GoldenTensors _golden = new("models", "sentence", "minilm", "quantized.safetensors");

    [Theory]
    [InlineData(EmbeddingPrecision.Int8, "int8_ranges")]
    [InlineData(EmbeddingPrecision.Int8, "int8_ranges_narrow")]
    [InlineData(EmbeddingPrecision.Int8, "int8_calibration")]
    [InlineData(EmbeddingPrecision.Int8, "int8_own")]
    [InlineData(EmbeddingPrecision.UInt8, "uint8_ranges")]
    [InlineData(EmbeddingPrecision.UInt8, "uint8_ranges_narrow")]
    [InlineData(EmbeddingPrecision.UInt8, "uint8_calibration")]
    [InlineData(EmbeddingPrecision.UInt8, "uint8_own")]
    public void Quantize_ToBytes_EqualsPython(EmbeddingPrecision precision, string name)
    {
        using GoldenTensors embeddings = new("models", "sentence", "minilm", "embeddings.safetensors");
        EmbeddingRanges? ranges = name.Split('_', 2)[1] switch
        {
            "own" => null,
            "calibration" => EmbeddingRanges.Of(embeddings.Rows("float32")[40..140]),
            string stored => new EmbeddingRanges(_golden.Rows(stored)[0], _golden.Rows(stored)[1]),
        };
        Same(_golden.ByteRows(name), QuantizedEmbeddings.Quantize(_golden.Rows("embeddings"), precision, ranges));
    }

    [Theory]
    [InlineData(EmbeddingPrecision.Binary, "binary", 384)]
    [InlineData(EmbeddingPrecision.UBinary, "ubinary", 384)]
    [InlineData(EmbeddingPrecision.Binary, "binary_100_dims", 100)]
    [InlineData(EmbeddingPrecision.UBinary, "ubinary_100_dims", 100)]
    public void Quantize_ToBits_EqualsPython(EmbeddingPrecision precision, string name, int dimension) =>
        Same(_golden.ByteRows(name), QuantizedEmbeddings.Quantize([.. _golden.Rows("embeddings").Select(row => row[..dimension])], precision));

    [Fact]
    public void SignedRow_OfInt8_IsTheUnsignedCodeMinus128()
    {
        float[][] embeddings = [[0f, 255f], [255f, 0f]];
        QuantizedEmbeddings codes = QuantizedEmbeddings.Quantize(embeddings, EmbeddingPrecision.Int8);
        Assert.Equal([-128, 127], codes.SignedRow(0).ToArray());
        Assert.Equal([127, -128], codes.SignedRow(1).ToArray());
    }

    [Fact]
    public void Quantize_WithoutEmbeddingsOrPrecision_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => QuantizedEmbeddings.Quantize([], EmbeddingPrecision.Binary));
        Assert.Throws<ArgumentException>(() => QuantizedEmbeddings.Quantize([[1f]], EmbeddingPrecision.Float32));
        Assert.Throws<ArgumentException>(() => QuantizedEmbeddings.Quantize([[1f, 2f]], EmbeddingPrecision.Int8, new EmbeddingRanges([0f], [1f])));
    }

    public void Dispose() => _golden.Dispose();

    private static void Same(byte[][] expected, QuantizedEmbeddings actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (int row = 0; row < expected.Length; row++)
        {
            Assert.Equal(expected[row], actual.Row(row).ToArray());
        }
    }
}
