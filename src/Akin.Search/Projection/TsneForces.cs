using Akin.Kernels;

namespace Akin.Search.Projection;

/// <summary>What moves the points of t-SNE: 4·(Σ p·q·(y − y') − Σ q²·(y − y') / Σ q), neighbours pull and all points push; q = 1 / (1 + |y − y'|²).</summary>
/// <param name="affinities">How near the vectors are.</param>
/// <param name="coarseness">How coarsely far points are taken together.</param>
internal sealed class TsneForces(NeighborAffinities affinities, double coarseness)
{
    private const int PointsPerTask = 256;

    private readonly QuadTree _tree = new();

    /// <summary>The gradient at each point; the affinities are multiplied by <paramref name="exaggeration"/>.</summary>
    public PlanePoint[] Gradient(PlanePoint[] points, double exaggeration)
    {
        _tree.Build(points);
        ForceBody body = new(affinities, _tree, coarseness, points);
        WorkerPool.Shared.For((points.Length + PointsPerTask - 1) / PointsPerTask, ref body);

        // Summed here in the order of the points, so that threads do not matter.
        double total = Math.Max(double.Epsilon, body.Sums.Sum());
        PlanePoint[] gradient = new PlanePoint[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            gradient[i] = new PlanePoint(
                4 * ((exaggeration * body.Pulls[i].X) - (body.Pushes[i].X / total)), 4 * ((exaggeration * body.Pulls[i].Y) - (body.Pushes[i].Y / total)));
        }

        return gradient;
    }

    private readonly struct ForceBody(NeighborAffinities affinities, QuadTree tree, double coarseness, PlanePoint[] points) : IParallelBody
    {
        public PlanePoint[] Pulls { get; } = new PlanePoint[points.Length];

        public PlanePoint[] Pushes { get; } = new PlanePoint[points.Length];

        public double[] Sums { get; } = new double[points.Length];

        public void Execute(int taskIndex)
        {
            int end = Math.Min(points.Length, (taskIndex + 1) * PointsPerTask);
            for (int i = taskIndex * PointsPerTask; i < end; i++)
            {
                PlanePoint point = points[i];
                (double x, double y, double sum) = tree.Repulsion(point, coarseness);
                Pushes[i] = new PlanePoint(x, y);
                Sums[i] = sum;
                (x, y) = (0, 0);
                for (int j = affinities.Starts[i]; j < affinities.Starts[i + 1]; j++)
                {
                    PlanePoint other = points[affinities.Neighbors[j]];
                    double dx = point.X - other.X;
                    double dy = point.Y - other.Y;
                    double weight = affinities.Values[j] / (1 + (dx * dx) + (dy * dy));
                    x += weight * dx;
                    y += weight * dy;
                }

                Pulls[i] = new PlanePoint(x, y);
            }
        }
    }
}
