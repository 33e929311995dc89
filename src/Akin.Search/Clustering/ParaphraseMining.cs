namespace Akin.Search.Clustering;

/// <summary>Finds the pairs of rows that are most alike, as sentence-transformers' <c>paraphrase_mining_embeddings</c> does.</summary>
public static class ParaphraseMining
{
    /// <summary>Lists each pair once, by descending cosine; of equals the pair with the lower rows first.</summary>
    /// <remarks>
    /// Looks at every row with every row: the time grows with the square of their number. Besides the vectors it needs some 15 MB, 8 bytes a row, and 48 bytes a
    /// pair kept.
    /// </remarks>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>; they need not be normalised.</param>
    /// <param name="dimension">The number of columns.</param>
    /// <param name="neighborCount">How many nearest rows of each row are looked at: a pair is found when either names the other. 100 by default.</param>
    /// <param name="maxPairs">How many pairs are kept at most; 500,000 by default.</param>
    /// <param name="minScore">The least cosine of a pair; by default there is none. The higher it is, the less is compared in full.</param>
    /// <param name="progress">Told how much of the work is done, counted in rows.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ArgumentException">The vectors are not whole rows of finite numbers.</exception>
    public static IReadOnlyList<ScoredPair> Find(
        ReadOnlySpan<float> vectors,
        int dimension,
        int neighborCount = 100,
        int maxPairs = 500_000,
        float minScore = float.NegativeInfinity,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighborCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPairs, 1);
        BestPairs best = new(vectors.Length / dimension, neighborCount, maxPairs, minScore);
        SimilarityJoin.Run(vectors, dimension, best, progress, cancellationToken);
        return best.Complete();
    }

    /// <summary>Keeps the best pairs of those in which one row is among the nearest of the other.</summary>
    /// <remarks>
    /// The pairs known so far bound those of the end from below. With n(r) known pairs of row r down to some pair, the row will in the end have at least
    /// min(n(r), neighborCount) of its nearest there; a pair is among the nearest of two rows at most, so half the sum over all rows is the least number of pairs of
    /// the end. Where it reaches the number wanted, the pairs below can go, and nothing below is asked for from then on.
    /// </remarks>
    private sealed class BestPairs(int rowCount, int neighborCount, int maxPairs, float minScore) : IPairSink
    {
        private const int LeastTrimmed = 1 << 14;

        private readonly Lock _lock = new();
        private readonly List<ScoredPair> _pairs = new(2 * LeastTrimmed);
        private readonly int[] _seen = new int[rowCount];

        // The score of the last of a row's nearest, as far as known.
        private readonly float[] _floors = [.. Enumerable.Repeat(float.NegativeInfinity, rowCount)];
        private float _threshold = minScore;
        private int _trimAt = LeastTrimmed;

        public float Threshold => Volatile.Read(ref _threshold);

        public void Add(ReadOnlySpan<ScoredPair> pairs)
        {
            lock (_lock)
            {
                foreach (ScoredPair pair in pairs)
                {
                    if (pair.Score >= Math.Min(_floors[pair.First], _floors[pair.Second]))
                    {
                        _pairs.Add(pair);
                    }
                }

                if (_pairs.Count >= _trimAt)
                {
                    Trim();
                    _trimAt = Math.Max(LeastTrimmed, 2 * _pairs.Count);
                }
            }
        }

        public List<ScoredPair> Complete()
        {
            Trim();
            _pairs.RemoveRange(Math.Min(maxPairs, _pairs.Count), Math.Max(0, _pairs.Count - maxPairs));
            return _pairs;
        }

        private void Trim()
        {
            // Sorted so, the pairs of one row also come by descending score, of equals that with the lower row first.
            _pairs.Sort(static (x, y) => x.Score != y.Score ? y.Score.CompareTo(x.Score) : (x.First, x.Second).CompareTo((y.First, y.Second)));
            Array.Clear(_seen);
            long places = 0;
            int kept = 0;
            for (int i = 0; i < _pairs.Count; i++)
            {
                ScoredPair pair = _pairs[i];
                int named = Name(pair.First, pair.Score) + Name(pair.Second, pair.Score);
                if (named == 0)
                {
                    continue;
                }

                _pairs[kept++] = pair;
                places += named;
                if (places >= 2L * maxPairs)
                {
                    Volatile.Write(ref _threshold, pair.Score);
                    break;
                }
            }

            _pairs.RemoveRange(kept, _pairs.Count - kept);
        }

        // Counts a pair of a row; 1 when it is one of the row's nearest.
        private int Name(int row, float score)
        {
            int place = ++_seen[row];
            if (place == neighborCount)
            {
                _floors[row] = score;
            }

            return place <= neighborCount ? 1 : 0;
        }
    }
}
