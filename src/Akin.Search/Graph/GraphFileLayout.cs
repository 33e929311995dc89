using Akin.Search.Vectors;

namespace Akin.Search.Graph;

/// <summary>
/// Where everything lies in a graph file. It follows from the header's numbers alone. Sections begin at multiples of a page: header, lists of the ground level, levels, upper lists, sign
/// bits, checksums.
/// </summary>
internal readonly struct GraphFileLayout(int count, int m, int upperCount, int bitWords, int dimension)
{
    private const int PageBytes = VectorFileLayout.PageBytes, BlockBytes = VectorFileLayout.BlockBytes;

    public const long GroundOffset = PageBytes;

    public long GroundBytes => (long)count * 2 * m * sizeof(int);

    public long LevelsOffset => NextPage(GroundOffset + GroundBytes);

    public long UpperOffset => NextPage(LevelsOffset + count);

    public long UpperBytes => (long)upperCount * m * sizeof(int);

    public long BitsOffset => NextPage(UpperOffset + UpperBytes);

    public long BitsBytes => (long)count * bitWords * sizeof(ulong);

    /// <summary>What the sign bits are taken against, a float a dimension; nothing without sign bits.</summary>
    public long CenterOffset => NextPage(BitsOffset + BitsBytes);

    public long CenterBytes => bitWords == 0 ? 0 : (long)dimension * sizeof(float);

    public long ChecksumsOffset => NextPage(CenterOffset + CenterBytes);

    public int BlockCount => (int)((ChecksumsOffset - PageBytes + BlockBytes - 1) / BlockBytes);

    public long FileBytes => ChecksumsOffset + BlockCount * sizeof(uint);

    private static long NextPage(long offset) => (offset + PageBytes - 1) / PageBytes * PageBytes;
}
