namespace Akin.Datasets.Sampling;

/// <summary>Row numbers of sets that lie one after the other.</summary>
internal static class JoinedSets
{
    public static int[] Place(IReadOnlyList<int> rows, IReadOnlyList<int> rowCounts, int set)
    {
        int start = rowCounts.Take(set).Sum();
        return [.. rows.Select(row => row + start)];
    }
}
