using Akin.Kernels;

namespace Akin.Search.Vectors;

/// <summary>
/// Where everything lies in a vector file. It follows from count, dimension and metric alone; nothing in the file is trusted for it.
/// Sections begin at multiples of a page: header, row numbers, float32 vectors, code scales, half squares (Euclidean only), int8 codes, checksums.
/// </summary>
internal readonly struct VectorFileLayout(long count, int dimension, VectorMetric metric)
{
    public const int PageBytes = 4096;

    /// <summary>Every block of this size (the last one may be shorter) between header and checksums has a checksum of its own.</summary>
    public const int BlockBytes = 1 << 20;

    public const long RowsOffset = PageBytes;

    public long VectorsOffset => NextPage(RowsOffset + count * sizeof(long));

    public long ScalesOffset => NextPage(VectorsOffset + count * dimension * sizeof(float));

    public long HalfSquaresOffset => NextPage(ScalesOffset + count * sizeof(float));

    public long CodesOffset => NextPage(HalfSquaresOffset + (metric == VectorMetric.Euclidean ? count * sizeof(float) : 0));

    public long ChecksumsOffset => NextPage(CodesOffset + count * dimension);

    public int BlockCount => (int)((ChecksumsOffset - PageBytes + BlockBytes - 1) / BlockBytes);

    public long FileBytes => ChecksumsOffset + BlockCount * sizeof(uint);

    private static long NextPage(long offset) => (offset + PageBytes - 1) / PageBytes * PageBytes;
}
