using Akin.Kernels;

namespace Akin.Search.Graph;

/// <summary>Distances by the float32 vectors: minus the dot product, or the squared Euclidean distance.</summary>
internal unsafe struct FloatDistance(GraphVectors vectors, float* query) : IRowDistance<FloatDistance>
{
    private readonly float* _rows = vectors.Floats;
    private readonly nint _stride = vectors.FloatStride;
    private readonly int _dimension = vectors.Dimension;
    private readonly bool _isEuclidean = vectors.Metric == VectorMetric.Euclidean;
    private float* _query = query;

    public readonly void Of(int* nodes, int count, float* distances)
    {
        if (_isEuclidean)
        {
            PickedRows.SquaredDistance(_query, _dimension, _rows, _stride, nodes, count, distances);
            return;
        }

        PickedRows.Dot(_query, _dimension, _rows, _stride, nodes, count, distances);
        for (int i = 0; i < count; i++)
        {
            distances[i] = -distances[i];
        }
    }

    public readonly FloatDistance From(int node)
    {
        FloatDistance other = this;
        other._query = _rows + node * _stride;
        return other;
    }
}
