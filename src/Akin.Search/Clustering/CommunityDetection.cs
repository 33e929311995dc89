using Akin.Kernels;

namespace Akin.Search.Clustering;

/// <summary>
/// Groups of rows around a row that is like all of them, as sentence-transformers' <c>community_detection</c> finds them: the number of groups need not be known,
/// and rows that are like few others belong to none.
/// </summary>
public static class CommunityDetection
{
    /// <summary>
    /// Lists communities by descending size; in each the central row comes first, then the others by descending cosine with it (of equals the lower row first).
    /// No row is in two.
    /// </summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>; they need not be normalised.</param>
    /// <param name="dimension">The number of columns.</param>
    /// <param name="threshold">The least cosine with the central row; 0.75 by default.</param>
    /// <param name="minSize">The fewest rows of a community, the central one included; 10 by default.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ArgumentException">The vectors are not whole rows of finite numbers.</exception>
    public static IReadOnlyList<int[]> Find(
        ReadOnlySpan<float> vectors, int dimension, float threshold = 0.75f, int minSize = 10, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minSize, 1);
        CosineTiles cosines = new(vectors, dimension);
        bool[] taken = new bool[cosines.Count];
        List<int[]> communities = [];
        foreach (int[] candidate in Candidates(cosines, threshold, minSize, cancellationToken).OrderByDescending(candidate => candidate.Length))
        {
            int[] members = taken[candidate[0]] ? [] : [.. candidate.Where(row => !taken[row])];
            if (members.Length >= minSize)
            {
                communities.Add(members);
                Array.ForEach(members, row => taken[row] = true);
            }
        }

        return [.. communities.OrderByDescending(community => community.Length)];
    }

    // Every row with enough neighbours, followed by them.
    private static List<int[]> Candidates(CosineTiles cosines, float threshold, int minSize, CancellationToken cancellationToken)
    {
        List<int[]> candidates = [];
        List<(float Score, int Row)>[] neighbors = [.. Enumerable.Range(0, CosineTiles.MaxRows).Select(_ => new List<(float, int)>())];
        for (int first = 0; first < cosines.Count; first += CosineTiles.MaxRows)
        {
            int count = Math.Min(CosineTiles.MaxRows, cosines.Count - first);
            cosines.SelectRows(first, count);
            for (int column = 0; column < cosines.Count; column += CosineTiles.MaxColumns)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int columnCount = Math.Min(CosineTiles.MaxColumns, cosines.Count - column);
                NeighborBody body = new(cosines.Columns(count, column, columnCount), cosines.Stride, first, column, columnCount, threshold, neighbors);
                WorkerPool.Shared.For(count, ref body);
            }

            foreach (List<(float Score, int Row)> found in neighbors.AsSpan(0, count))
            {
                if (found.Count >= minSize)
                {
                    found.Sort(static (x, y) => (y.Score, x.Row).CompareTo((x.Score, y.Row)));
                    candidates.Add([.. found.Select(neighbor => neighbor.Row)]);
                }

                found.Clear();
            }
        }

        return candidates;
    }

    private readonly ref struct NeighborBody(
        ReadOnlySpan<float> cosines, int stride, int firstRow, int firstColumn, int columnCount, float threshold, List<(float Score, int Row)>[] neighbors) : IParallelBody
    {
        private readonly ReadOnlySpan<float> _cosines = cosines;

        public void Execute(int taskIndex)
        {
            int center = firstRow + taskIndex;
            ReadOnlySpan<float> row = _cosines.Slice(taskIndex * stride, columnCount);
            for (int i = 0; i < row.Length; i++)
            {
                // Rounding must not put a row's likeness to itself below that to its twin.
                int other = firstColumn + i;
                float score = other == center ? float.PositiveInfinity : row[i];
                if (score >= threshold)
                {
                    neighbors[taskIndex].Add((score, other));
                }
            }
        }
    }
}
