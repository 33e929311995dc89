using Akin.Kernels;

namespace Akin.Search.Clustering;

/// <summary>Finds the pairs of rows that are most alike, as sentence-transformers' <c>paraphrase_mining_embeddings</c> does.</summary>
public static class ParaphraseMining
{
    /// <summary>Lists each pair once, by descending cosine; of equals the pair with the lower rows first.</summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>; they need not be normalised.</param>
    /// <param name="dimension">The number of columns.</param>
    /// <param name="neighborCount">How many nearest rows of each row are looked at: a pair is found when either names the other. 100 by default.</param>
    /// <param name="maxPairs">How many pairs are kept at most; 500,000 by default.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ArgumentException">The vectors are not whole rows of finite numbers.</exception>
    public static IReadOnlyList<ScoredPair> Find(
        ReadOnlySpan<float> vectors, int dimension, int neighborCount = 100, int maxPairs = 500_000, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighborCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPairs, 1);
        CosineRows cosines = new(vectors, dimension);

        // One more than asked for: a row is its own nearest neighbour.
        int capacity = (int)Math.Min(neighborCount + 1L, cosines.Count);
        NearestRows nearest = new(cosines.Count, capacity);
        BestPairs pairs = new(maxPairs);
        for (int first = 0; first < cosines.Count; first += CosineRows.RowsPerBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(CosineRows.RowsPerBlock, cosines.Count - first);
            nearest.Select(first, cosines.Block(first, count));
            for (int row = first; row < first + count; row++)
            {
                foreach ((int other, float score) in nearest.Of(row - first))
                {
                    // A pair that both rows name is listed with the lower one.
                    if (row < other || (row > other && !nearest.Names(other, row, score)))
                    {
                        pairs.Add(new ScoredPair(Math.Min(row, other), Math.Max(row, other), score));
                    }
                }
            }
        }

        return pairs.Sorted();
    }

    /// <summary>The nearest rows of a block of rows, and the last of them for every row so far.</summary>
    private sealed class NearestRows(int rowCount, int capacity)
    {
        private readonly int[] _rows = new int[CosineRows.RowsPerBlock * capacity];
        private readonly float[] _scores = new float[CosineRows.RowsPerBlock * capacity];
        private readonly (int Row, float Score)[] _last = new (int, float)[rowCount];

        public void Select(int first, ReadOnlySpan<float> cosines)
        {
            SelectBody body = new(this, first, cosines, rowCount);
            WorkerPool.Shared.For(cosines.Length / rowCount, ref body);
        }

        public IEnumerable<(int Row, float Score)> Of(int place)
        {
            for (int i = place * capacity; i < (place + 1) * capacity; i++)
            {
                yield return (_rows[i], _scores[i]);
            }
        }

        /// <summary>Whether a row, whose nearest were selected before, has another among them.</summary>
        public bool Names(int row, int other, float score) => score > _last[row].Score || (score == _last[row].Score && other <= _last[row].Row);

        private readonly ref struct SelectBody(NearestRows nearest, int first, ReadOnlySpan<float> cosines, int rowCount) : IParallelBody
        {
            private readonly ReadOnlySpan<float> _cosines = cosines;

            public void Execute(int taskIndex)
            {
                int capacity = nearest._rows.Length / CosineRows.RowsPerBlock;
                Span<int> rows = nearest._rows.AsSpan(taskIndex * capacity, capacity);
                Span<float> scores = nearest._scores.AsSpan(taskIndex * capacity, capacity);
                TopK.Select(_cosines.Slice(taskIndex * rowCount, rowCount), rows, scores);
                nearest._last[first + taskIndex] = (rows[^1], scores[^1]);
            }
        }
    }

    /// <summary>Keeps the best pairs: when twice as many as wanted have come, the worse half goes, and nothing worse is taken from then on.</summary>
    private sealed class BestPairs(int wanted)
    {
        private readonly List<ScoredPair> _pairs = [];
        private float _threshold = float.NegativeInfinity;

        public void Add(ScoredPair pair)
        {
            if (pair.Score < _threshold)
            {
                return;
            }

            _pairs.Add(pair);
            if (_pairs.Count >= 2L * wanted)
            {
                Trim();
                _threshold = _pairs[^1].Score;
            }
        }

        public List<ScoredPair> Sorted()
        {
            Trim();
            return _pairs;
        }

        private void Trim()
        {
            _pairs.Sort(static (x, y) => (y.Score, x.First, x.Second).CompareTo((x.Score, y.First, y.Second)));
            _pairs.RemoveRange(Math.Min(wanted, _pairs.Count), Math.Max(0, _pairs.Count - wanted));
        }
    }
}
