using Akin.Kernels;

namespace Akin.Search.Graph;

/// <summary>Distances by the sign bits: how many differ.</summary>
internal unsafe struct BitDistance(GraphVectors vectors, ulong* query) : IRowDistance<BitDistance>
{
    private readonly ulong* _rows = vectors.Bits;
    private readonly int _wordCount = vectors.BitWords;
    private ulong* _query = query;

    public readonly void Of(int* nodes, int count, float* distances)
    {
        int* differing = (int*)distances;
        PickedRows.Hamming(_query, _wordCount, _rows, nodes, count, differing);
        for (int i = 0; i < count; i++)
        {
            distances[i] = differing[i];
        }
    }

    public readonly BitDistance From(int node)
    {
        BitDistance other = this;
        other._query = _rows + (nint)node * _wordCount;
        return other;
    }
}
