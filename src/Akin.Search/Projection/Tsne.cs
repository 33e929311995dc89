using Akin.Search.Vectors;

namespace Akin.Search.Projection;

/// <summary>
/// t-SNE (van der Maaten and Hinton 2008; 2014 for the tree): places vectors in a plane so that near ones stay near. Distances between groups, and their sizes,
/// mean little. Begins from the two principal components and uses no chance: equal vectors give equal pictures, whatever the number of threads.
/// </summary>
public static class Tsne
{
    // For the first quarter of the steps all affinities are this much larger, so that groups find together before they are spread out.
    private const double Exaggeration = 12;
    private const int ExaggeratedIterations = 250;

    // The deviation of the first component at the start: small, so that points can pass one another.
    private const double StartDeviation = 1e-4;

    /// <summary>Places vectors.</summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>, at least two; distances are Euclidean, so normalise them first for cosines.</param>
    /// <param name="dimension">The number of columns.</param>
    /// <param name="options">Settings.</param>
    /// <param name="progress">Receives the share of the steps done, 0 … 1.</param>
    /// <param name="cancellationToken">Ends the work between steps.</param>
    /// <returns>The place of each vector.</returns>
    /// <exception cref="ArgumentException">The vectors are not two or more whole rows of finite numbers.</exception>
    public static PlanePoint[] Place(
        ReadOnlySpan<float> vectors, int dimension, TsneOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new TsneOptions();
        int rowCount = VectorRows.Count(vectors, dimension);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Perplexity, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Coarseness);
        PlanePoint[] points = Start(vectors, dimension, cancellationToken);
        double perplexity = Math.Max(1, Math.Min(options.Perplexity, (rowCount - 1) / 3.0));
        TsneForces forces = new(NeighborAffinities.Measure(vectors, dimension, perplexity, cancellationToken), options.Coarseness);
        double rate = Math.Max(rowCount / Exaggeration / 4, 50);
        PlanePoint[] speeds = new PlanePoint[rowCount];
        PlanePoint[] gains = new PlanePoint[rowCount];
        Array.Fill(gains, new PlanePoint(1, 1));
        for (int step = 0; step < options.Iterations; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool exaggerated = step < ExaggeratedIterations;
            PlanePoint[] gradient = forces.Gradient(points, exaggerated ? Exaggeration : 1);
            for (int i = 0; i < rowCount; i++)
            {
                double momentum = exaggerated ? 0.5 : 0.8;
                gains[i] = new PlanePoint(Gain(gains[i].X, gradient[i].X, speeds[i].X), Gain(gains[i].Y, gradient[i].Y, speeds[i].Y));
                speeds[i] = new PlanePoint(
                    (momentum * speeds[i].X) - (rate * gains[i].X * gradient[i].X), (momentum * speeds[i].Y) - (rate * gains[i].Y * gradient[i].Y));
                points[i] = new PlanePoint(points[i].X + speeds[i].X, points[i].Y + speeds[i].Y);
            }

            progress?.Report((step + 1.0) / options.Iterations);
        }

        return points;
    }

    // A point that keeps its direction is let go faster, one that turns is slowed down (Jacobs 1988).
    private static double Gain(double gain, double gradient, double speed) => gradient * speed < 0 ? gain + 0.2 : Math.Max(0.01, gain * 0.8);

    private static PlanePoint[] Start(ReadOnlySpan<float> vectors, int dimension, CancellationToken cancellationToken)
    {
        PrincipalComponents components = PrincipalComponents.Fit(vectors, dimension, Math.Min(2, dimension), cancellationToken);
        int columns = components.ComponentCount;
        double[] places = new double[vectors.Length / dimension * columns];
        components.Transform(vectors, whiten: false, places);
        double deviation = Math.Sqrt(components.ExplainedVariance[0]);
        double scale = deviation == 0 ? 0 : StartDeviation / deviation;
        return [.. places.Chunk(columns).Select(place => new PlanePoint(place[0] * scale, columns > 1 ? place[1] * scale : 0))];
    }
}
