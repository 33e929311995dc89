using System.Numerics.Tensors;
using Akin.Kernels;
using Akin.Search.Projection;

namespace Akin.Search.Clustering;

/// <summary>Short vectors whose products are upper bounds of cosines.</summary>
/// <remarks>
/// Split x into its part p along a few orthogonal directions and the rest q, and y into r and s: then x·y = p·r + q·s ≤ p·r + |q||s| (Cauchy and Schwarz). The
/// right side is itself one product, (p, |q|)·(r, |s|). Along the leading eigenvectors of the second moments |q| is small, and the bound is near the cosine.
/// </remarks>
internal sealed class CosineBound
{
    /// <summary>How much the rounding of both sides can put a bound below its cosine, many times over.</summary>
    public const float Slack = 1e-4f;

    private const int ShortSize = 64;

    // The directions are found in time d³, which pays when there are many pairs of rows to spare them work.
    private const int LeastRowsPerDimension = 16;

    // The moments of a sample are near enough: the bound holds along any directions.
    private const int SampleRows = 4096;

    private readonly PackedMatrix? _directions;

    private CosineBound(int dimension, PackedMatrix? directions)
    {
        Dimension = dimension;
        _directions = directions;
    }

    public int Dimension { get; }

    /// <summary>The length of a short vector; that of the vectors themselves when shorter ones do not pay.</summary>
    public int Size => _directions?.OutputSize ?? Dimension;

    /// <summary>Chooses directions for some vectors, <c>[rows, dimension]</c>.</summary>
    public static CosineBound Fit(ReadOnlySpan<float> vectors, int dimension, CancellationToken cancellationToken)
    {
        int rowCount = vectors.Length / dimension;
        if (dimension < 2 * ShortSize || rowCount / LeastRowsPerDimension < dimension)
        {
            return new CosineBound(dimension, null);
        }

        int sampleCount = Math.Min(rowCount, SampleRows);
        float[] sample = new float[sampleCount * dimension];
        for (int i = 0; i < sampleCount; i++)
        {
            int row = (int)((long)i * rowCount / sampleCount);
            vectors.Slice(row * dimension, dimension).CopyTo(sample.AsSpan(i * dimension));
        }

        Normalize.Rows(sample, sampleCount, dimension, Normalize.DefaultEpsilon, sample, WorkerPool.Shared);
        double[] moments = Covariance.SecondMoments(sample, dimension, cancellationToken);
        (_, double[] eigenvectors) = SymmetricEigen.Decompose(moments, dimension, cancellationToken);

        // The last place is that of the rest's length.
        float[] directions = new float[ShortSize * dimension];
        for (int i = 0; i < (ShortSize - 1) * dimension; i++)
        {
            directions[i] = (float)eigenvectors[i];
        }

        PackedMatrix packed = new(dimension, ShortSize);
        packed.Pack(0, directions);
        return new CosineBound(dimension, packed);
    }

    /// <summary>Writes the short vectors of rows of length 1: <c>[rows, dimension]</c> to <c>[rows, Size]</c>.</summary>
    public void Shorten(ReadOnlySpan<float> rows, Span<float> destination)
    {
        if (_directions is null)
        {
            rows.CopyTo(destination);
            return;
        }

        Gemm.Multiply(rows, rows.Length / Dimension, _directions, default, destination, WorkerPool.Shared);
        for (int start = 0; start < destination.Length; start += ShortSize)
        {
            Span<float> place = destination.Slice(start, ShortSize);
            place[^1] = MathF.Sqrt(Math.Max(0, 1 - TensorPrimitives.SumOfSquares<float>(place[..^1])));
        }
    }
}
