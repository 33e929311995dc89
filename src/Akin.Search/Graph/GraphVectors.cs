using Akin.Kernels;

namespace Akin.Search.Graph;

/// <summary>
/// The vectors of a graph, row by row: float32 (of unit length where the metric is cosine) and, where a walk reads them, int8 codes or sign bits.
/// Points into memory that <see cref="Owners"/> keep alive.
/// </summary>
internal sealed unsafe class GraphVectors
{
    private const int WordBits = 64;

    public required int Dimension { get; init; }

    /// <summary>What compares the rows as they are stored: <see cref="VectorMetric.Dot"/> or <see cref="VectorMetric.Euclidean"/>.</summary>
    public required VectorMetric Metric { get; init; }

    public required float* Floats { get; init; }

    /// <summary>Floats from one row to the next.</summary>
    public required nint FloatStride { get; init; }

    /// <summary>int8 codes `[rows, dimension]`, or null.</summary>
    public sbyte* Codes { get; init; }

    /// <summary>What a step of each row's codes is worth; null without codes.</summary>
    public float* Scales { get; init; }

    /// <summary>Half of each row's squared length; null without codes, and unless the metric is Euclidean.</summary>
    public float* HalfSquares { get; init; }

    /// <summary>Sign bits `[rows, BitWords]`, or null.</summary>
    public ulong* Bits { get; init; }

    /// <summary>What the sign bits are taken against `[dimension]`: the mean of the vectors, because those of many models lie all to one side; null without bits.</summary>
    public float* Center { get; init; }

    public required object[] Owners { get; init; }

    /// <summary>Words of a row of sign bits.</summary>
    public int BitWords => WordsOf(Dimension);

    public static int WordsOf(int dimension) => (dimension + WordBits - 1) / WordBits;

    /// <summary>Room for a number of rows.</summary>
    public static GraphVectors Allocate(int dimension, VectorMetric metric, VectorPrecision precision, int capacity)
    {
        const int FloatsOfLine = 16;
        bool hasCodes = precision == VectorPrecision.Int8;
        // Rows that begin at a cache line touch one line less; small ones are not worth the room.
        int stride = dimension >= FloatsOfLine ? (dimension + FloatsOfLine - 1) / FloatsOfLine * FloatsOfLine : dimension;
        PinnedMemory<float> floats = new((long)capacity * stride, isCleared: false);
        PinnedMemory<sbyte> codes = new(hasCodes ? (long)capacity * dimension : 0, isCleared: false);
        PinnedMemory<float> scales = new(hasCodes ? capacity : 0);
        PinnedMemory<float> halfSquares = new(hasCodes && metric == VectorMetric.Euclidean ? capacity : 0);
        PinnedMemory<float> center = new(precision == VectorPrecision.Binary ? dimension : 0);
        PinnedMemory<ulong> bits = new(precision == VectorPrecision.Binary ? (long)capacity * WordsOf(dimension) : 0);
        return new GraphVectors
        {
            Dimension = dimension,
            Metric = metric,
            Floats = floats.Pointer,
            FloatStride = stride,
            Codes = hasCodes ? codes.Pointer : null,
            Scales = hasCodes ? scales.Pointer : null,
            HalfSquares = halfSquares.Length > 0 ? halfSquares.Pointer : null,
            Bits = bits.Length > 0 ? bits.Pointer : null,
            Center = bits.Length > 0 ? center.Pointer : null,
            Owners = [floats, codes, scales, halfSquares, bits, center],
        };
    }

    public ReadOnlySpan<float> Row(int node) => new(Floats + node * FloatStride, Dimension);

    /// <summary>Stores a vector that is prepared already (see <see cref="Vectors.ScanForm"/>), and its codes.</summary>
    public void Write(int node, ReadOnlySpan<float> prepared)
    {
        prepared.CopyTo(new Span<float>(Floats + node * FloatStride, Dimension));
        if (Codes is not null)
        {
            Encode(prepared, new Span<sbyte>(Codes + (nint)node * Dimension, Dimension), out Scales[node]);
        }

        if (HalfSquares is not null)
        {
            HalfSquares[node] = HalfSquareOf(prepared);
        }

        if (Bits is not null)
        {
            SignsOf(prepared, Center, new Span<ulong>(Bits + (nint)node * BitWords, BitWords));
        }
    }

    public static void Encode(ReadOnlySpan<float> vector, Span<sbyte> codes, out float scale)
    {
        scale = 0;
        Quantization.ToInt8(vector, vector.Length, codes, new Span<float>(ref scale));
    }

    public static float HalfSquareOf(ReadOnlySpan<float> vector)
    {
        double square = 0;
        foreach (float value in vector)
        {
            square += (double)value * value;
        }

        return (float)(square / 2);
    }

    /// <summary>One bit a dimension, set where the value is above the center's.</summary>
    public static void SignsOf(ReadOnlySpan<float> vector, float* center, Span<ulong> bits)
    {
        bits.Clear();
        for (int i = 0; i < vector.Length; i++)
        {
            bits[i / WordBits] |= (vector[i] > center[i] ? 1UL : 0) << (i % WordBits);
        }
    }

    /// <summary>The mean of some rows.</summary>
    public static void MeanOf(ReadOnlySpan<float> rows, int dimension, Span<float> center)
    {
        int rowCount = rows.Length / dimension;
        center.Clear();
        for (int i = 0; i < rowCount * dimension; i++)
        {
            center[i % dimension] += rows[i] / rowCount;
        }
    }

    /// <summary>Copies a row of another matrix of the same shape.</summary>
    public void CopyFrom(GraphVectors other, int from, int to)
    {
        other.Row(from).CopyTo(new Span<float>(Floats + to * FloatStride, Dimension));
        if (Codes is not null)
        {
            new ReadOnlySpan<sbyte>(other.Codes + (nint)from * Dimension, Dimension).CopyTo(new Span<sbyte>(Codes + (nint)to * Dimension, Dimension));
            Scales[to] = other.Scales[from];
        }

        if (HalfSquares is not null)
        {
            HalfSquares[to] = other.HalfSquares[from];
        }

        if (Bits is not null)
        {
            new ReadOnlySpan<ulong>(other.Bits + (nint)from * BitWords, BitWords).CopyTo(new Span<ulong>(Bits + (nint)to * BitWords, BitWords));
        }
    }
}
