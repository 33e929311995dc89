using System.Numerics.Tensors;
using Akin.Search.Vectors;

namespace Akin.Search.Projection;

/// <summary>
/// Principal component analysis: the orthogonal directions along which vectors vary most. It shortens embeddings with little loss, and, with whitening
/// (all directions scaled to variance 1), repairs raw BERT embeddings, which all point the same way (Su et al. 2021, "Whitening Sentence Representations"). Immutable.
/// </summary>
/// <remarks>All sums are in double. Signs follow scikit-learn: the largest number of each component is positive.</remarks>
public sealed class PrincipalComponents
{
    private readonly double[] _mean;
    private readonly double[] _components;
    private readonly double[] _variances;
    private readonly int _rowCount;

    private PrincipalComponents(double[] mean, double[] components, double[] variances, double totalVariance, int rowCount)
    {
        _mean = mean;
        _components = components;
        _variances = variances;
        _rowCount = rowCount;
        TotalVariance = totalVariance;
    }

    /// <summary>The number of columns of a vector.</summary>
    public int Dimension => _mean.Length;

    /// <summary>The number of columns of a transformed vector.</summary>
    public int ComponentCount => _variances.Length;

    /// <summary>The mean of the vectors, <c>[dimension]</c>.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>The directions, of length 1, <c>[components, dimension]</c>.</summary>
    public ReadOnlySpan<double> Components => _components;

    /// <summary>The variance along each direction, descending, <c>[components]</c>; the sum is divided by rows − 1.</summary>
    public IReadOnlyList<double> ExplainedVariance => _variances;

    /// <summary>The sum of the variances along all directions, also those left out.</summary>
    public double TotalVariance { get; }

    /// <summary>The share of the total variance along each direction, <c>[components]</c>.</summary>
    public IReadOnlyList<double> ExplainedVarianceRatio => [.. _variances.Select(variance => TotalVariance == 0 ? 0 : variance / TotalVariance)];

    /// <summary>The singular values of the centred vectors, <c>[components]</c>.</summary>
    public IReadOnlyList<double> SingularValues => [.. _variances.Select(variance => Math.Sqrt(variance * (_rowCount - 1)))];

    /// <summary>Finds the directions.</summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>, at least two.</param>
    /// <param name="dimension">The number of columns.</param>
    /// <param name="componentCount">How many directions to keep, at most as many as columns.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ArgumentException">The vectors are not two or more whole rows of finite numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="componentCount"/> is outside 1 … dimension.</exception>
    public static PrincipalComponents Fit(ReadOnlySpan<float> vectors, int dimension, int componentCount, CancellationToken cancellationToken = default)
    {
        int rowCount = VectorRows.Count(vectors, dimension);
        ArgumentOutOfRangeException.ThrowIfLessThan(componentCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(componentCount, dimension);
        if (rowCount < 2)
        {
            throw new ArgumentException("One vector has no variance; at least two are needed.", nameof(vectors));
        }

        (double[] mean, double[] products) = Covariance.Measure(vectors, dimension, cancellationToken);
        TensorPrimitives.Divide(products, rowCount - 1, products);
        (double[] values, double[] directions) = SymmetricEigen.Decompose(products, dimension, cancellationToken);

        // Rounding leaves tiny negative numbers where there is no variance.
        double[] variances = [.. values.Select(value => Math.Max(0, value))];
        double[] components = directions[..(componentCount * dimension)];
        for (int i = 0; i < componentCount; i++)
        {
            Span<double> component = components.AsSpan(i * dimension, dimension);
            if (component[TensorPrimitives.IndexOfMaxMagnitude<double>(component)] < 0)
            {
                TensorPrimitives.Negate(component, component);
            }
        }

        return new PrincipalComponents(mean, components, variances[..componentCount], variances.Sum(), rowCount);
    }

    /// <summary>The places of vectors along the directions.</summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>.</param>
    /// <param name="whiten">Whether each place is divided by the direction's deviation.</param>
    /// <param name="destination">Receives <c>[rows, components]</c>.</param>
    /// <exception cref="ArgumentException">The vectors are not whole rows of finite numbers, or the destination does not fit.</exception>
    public void Transform(ReadOnlySpan<float> vectors, bool whiten, Span<double> destination)
    {
        int rowCount = VectorRows.Count(vectors, Dimension);
        if (destination.Length != (long)rowCount * ComponentCount)
        {
            throw new ArgumentException($"{rowCount} vectors give {(long)rowCount * ComponentCount} numbers, but the destination holds {destination.Length}.", nameof(destination));
        }

        // A direction without variance is left as it is: scaling would only make rounding errors large.
        double least = Math.ScaleB(1, -52) * Math.Sqrt(_variances[0]);
        double[] centred = new double[Dimension];
        for (int row = 0; row < rowCount; row++)
        {
            TensorPrimitives.ConvertChecked(vectors.Slice(row * Dimension, Dimension), centred.AsSpan());
            TensorPrimitives.Subtract(centred, _mean, centred);
            for (int i = 0; i < ComponentCount; i++)
            {
                double deviation = Math.Sqrt(_variances[i]);
                double place = TensorPrimitives.Dot<double>(centred, _components.AsSpan(i * Dimension, Dimension));
                destination[(row * ComponentCount) + i] = whiten && deviation > least ? place / deviation : place;
            }
        }
    }

    /// <summary>The places of vectors along the directions, rounded to float32, <c>[rows, components]</c>.</summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>.</param>
    /// <param name="whiten">Whether each place is divided by the direction's deviation.</param>
    /// <exception cref="ArgumentException">The vectors are not whole rows of finite numbers.</exception>
    public float[] Transform(ReadOnlySpan<float> vectors, bool whiten = false)
    {
        double[] places = new double[VectorRows.Count(vectors, Dimension) * ComponentCount];
        Transform(vectors, whiten, places);
        return [.. places.Select(place => (float)place)];
    }
}
