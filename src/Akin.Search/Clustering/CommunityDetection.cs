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
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(minSize, 1);
        Neighborhoods neighborhoods = new(vectors.Length / dimension, threshold);
        SimilarityJoin.Run(vectors, dimension, neighborhoods, progress: null, cancellationToken);
        bool[] taken = new bool[vectors.Length / dimension];
        List<int[]> communities = [];
        foreach (int[] candidate in neighborhoods.OfAtLeast(minSize).OrderByDescending(candidate => candidate.Length))
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

    /// <summary>The neighbours of every row.</summary>
    private sealed class Neighborhoods(int rowCount, float threshold) : IPairSink
    {
        private readonly Lock _lock = new();
        private readonly List<(float Score, int Row)>?[] _neighbors = new List<(float, int)>?[rowCount];

        public float Threshold => threshold;

        public void Add(ReadOnlySpan<ScoredPair> pairs)
        {
            lock (_lock)
            {
                foreach (ScoredPair pair in pairs)
                {
                    (_neighbors[pair.First] ??= []).Add((pair.Score, pair.Second));
                    (_neighbors[pair.Second] ??= []).Add((pair.Score, pair.First));
                }
            }
        }

        /// <summary>Every row with enough neighbours, itself counted, followed by them.</summary>
        public IEnumerable<int[]> OfAtLeast(int minSize)
        {
            for (int row = 0; row < _neighbors.Length; row++)
            {
                List<(float Score, int Row)> found = _neighbors[row] ?? [];
                if (found.Count + 1 >= minSize)
                {
                    found.Sort(static (x, y) => (y.Score, x.Row).CompareTo((x.Score, y.Row)));
                    yield return [row, .. found.Select(neighbor => neighbor.Row)];
                }
            }
        }
    }
}
