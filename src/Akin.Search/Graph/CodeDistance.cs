using Akin.Kernels;

namespace Akin.Search.Graph;

/// <summary>Distances by the int8 codes: minus the dot product, or half the squared Euclidean distance less what all rows have in common.</summary>
internal unsafe struct CodeDistance(GraphVectors vectors, sbyte* query, float queryScale) : IRowDistance<CodeDistance>
{
    private readonly sbyte* _rows = vectors.Codes;
    private readonly float* _scales = vectors.Scales;
    private readonly float* _halfSquares = vectors.HalfSquares;
    private readonly int _dimension = vectors.Dimension;
    private sbyte* _query = query;
    private float _queryScale = queryScale;

    public readonly void Of(int* nodes, int count, float* distances)
    {
        // |q − x|² / 2 = |q|² / 2 + |x|² / 2 − q · x
        int* dots = (int*)distances;
        PickedRows.Dot(_query, _dimension, _rows, nodes, count, dots);
        for (int i = 0; i < count; i++)
        {
            float distance = -dots[i] * (_scales[nodes[i]] * _queryScale);
            distances[i] = _halfSquares is null ? distance : distance + _halfSquares[nodes[i]];
        }
    }

    public readonly CodeDistance From(int node)
    {
        CodeDistance other = this;
        other._query = _rows + (nint)node * _dimension;
        other._queryScale = _scales[node];
        return other;
    }
}
