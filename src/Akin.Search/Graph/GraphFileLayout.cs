using Akin.Search.Storage;

namespace Akin.Search.Graph;

/// <summary>
/// Where everything lies in a graph file. It follows from the header's numbers alone. Sections begin at multiples of a page: header, lists of the ground level, levels, upper lists, sign
/// bits, checksums.
/// </summary>
internal readonly struct GraphFileLayout(int count, int m, int upperCount, int bitWords, int dimension)
{
    public const long GroundOffset = DerivedFileFormat.PageBytes;

    public long GroundBytes => (long)count * 2 * m * sizeof(int);

    public long LevelsOffset => DerivedFileFormat.NextPage(GroundOffset + GroundBytes);

    public long UpperOffset => DerivedFileFormat.NextPage(LevelsOffset + count);

    public long UpperBytes => (long)upperCount * m * sizeof(int);

    public long BitsOffset => DerivedFileFormat.NextPage(UpperOffset + UpperBytes);

    public long BitsBytes => (long)count * bitWords * sizeof(ulong);

    /// <summary>What the sign bits are taken against, a float a dimension; nothing without sign bits.</summary>
    public long CenterOffset => DerivedFileFormat.NextPage(BitsOffset + BitsBytes);

    public long CenterBytes => bitWords == 0 ? 0 : (long)dimension * sizeof(float);

    public long ChecksumsOffset => DerivedFileFormat.NextPage(CenterOffset + CenterBytes);

    public long FileBytes => DerivedFileFormat.FileBytes(ChecksumsOffset);
}
