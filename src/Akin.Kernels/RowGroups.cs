namespace Akin.Kernels;

/// <summary>Rows in groups for tiles, sizes differing by one at most: no group is so small that its tile waits for its own sums.</summary>
/// <remarks>A tile is computed in a microsecond or two, so where its rows begin is found without a division.</remarks>
internal readonly struct RowGroups
{
    private readonly int _rows;
    private readonly int _largerCount;

    /// <param name="rowCount">All rows; without any there is no group.</param>
    /// <param name="maxRows">Most rows of a group.</param>
    public RowGroups(int rowCount, int maxRows)
    {
        Count = (int)(((long)rowCount + maxRows - 1) / maxRows);
        (_rows, _largerCount) = Math.DivRem(rowCount, Math.Max(1, Count));
    }

    /// <summary>The number of groups.</summary>
    public int Count { get; }

    /// <summary>The first row of a group; of the one behind the last, the number of rows.</summary>
    public int Start(int group) => (group * _rows) + Math.Min(group, _largerCount);
}
