using Akin.Kernels;
using Akin.Search.Storage;

namespace Akin.Search.Vectors;

/// <summary>
/// Where everything lies in a vector file. It follows from count, dimension and metric alone; nothing in the file is trusted for it.
/// Sections begin at multiples of a page: header, row numbers, float32 vectors, code scales, half squares (Euclidean only), int8 codes, checksums.
/// </summary>
internal readonly struct VectorFileLayout(long count, int dimension, VectorMetric metric)
{
    public const long RowsOffset = DerivedFileFormat.PageBytes;

    public long VectorsOffset => DerivedFileFormat.NextPage(RowsOffset + count * sizeof(long));

    public long ScalesOffset => DerivedFileFormat.NextPage(VectorsOffset + count * dimension * sizeof(float));

    public long HalfSquaresOffset => DerivedFileFormat.NextPage(ScalesOffset + count * sizeof(float));

    public long CodesOffset => DerivedFileFormat.NextPage(HalfSquaresOffset + (metric == VectorMetric.Euclidean ? count * sizeof(float) : 0));

    public long ChecksumsOffset => DerivedFileFormat.NextPage(CodesOffset + count * dimension);

    public long FileBytes => DerivedFileFormat.FileBytes(ChecksumsOffset);
}
