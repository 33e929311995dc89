using Akin.Kernels;

namespace Akin.Search.Clustering;

/// <summary>Finds the pairs of rows that are most alike, as sentence-transformers' <c>paraphrase_mining_embeddings</c> does.</summary>
public static class ParaphraseMining
{
    /// <summary>Lists each pair once, by descending cosine; of equals the pair with the lower rows first.</summary>
    /// <remarks>
    /// Compares every row with every row: the time grows with the square of their number. Besides the vectors it needs some 30 MB, 8 bytes a row, and 24 bytes a
    /// pair kept.
    /// </remarks>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>; they need not be normalised.</param>
    /// <param name="dimension">The number of columns.</param>
    /// <param name="neighborCount">How many nearest rows of each row are looked at: a pair is found when either names the other. 100 by default.</param>
    /// <param name="maxPairs">How many pairs are kept at most; 500,000 by default.</param>
    /// <param name="progress">Told how many rows were compared with all.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ArgumentException">The vectors are not whole rows of finite numbers.</exception>
    public static IReadOnlyList<ScoredPair> Find(
        ReadOnlySpan<float> vectors,
        int dimension,
        int neighborCount = 100,
        int maxPairs = 500_000,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighborCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPairs, 1);
        CosineTiles cosines = new(vectors, dimension);

        // One more than asked for: a row is its own nearest neighbour.
        NearestRows nearest = new(cosines.Count, (int)Math.Min(neighborCount + 1L, cosines.Count));
        BestPairs pairs = new(maxPairs);
        for (int first = 0; first < cosines.Count; first += CosineTiles.MaxRows)
        {
            int count = Math.Min(CosineTiles.MaxRows, cosines.Count - first);
            cosines.SelectRows(first, count);
            for (int column = 0; column < cosines.Count; column += CosineTiles.MaxColumns)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int columnCount = Math.Min(CosineTiles.MaxColumns, cosines.Count - column);
                nearest.Offer(cosines.Columns(count, column, columnCount), cosines.Stride, column, columnCount);
            }

            nearest.Complete(first, count);
            for (int row = first; row < first + count; row++)
            {
                ReadOnlySpan<float> scores = nearest.Scores(row - first);
                ReadOnlySpan<int> others = nearest.Rows(row - first);
                for (int i = 0; i < others.Length; i++)
                {
                    int other = others[i];

                    // A pair that both rows name is listed with the lower one.
                    if (row < other || (row > other && !nearest.Names(other, row, scores[i])))
                    {
                        pairs.Add(new ScoredPair(Math.Min(row, other), Math.Max(row, other), scores[i]));
                    }
                }
            }

            progress?.Report(first + count);
        }

        return pairs.Sorted();
    }

    /// <summary>The nearest rows of a block of rows, and the last of them for every row so far.</summary>
    private sealed class NearestRows(int rowCount, int capacity)
    {
        private readonly TopK[] _selections = [.. Enumerable.Range(0, Math.Min(CosineTiles.MaxRows, rowCount)).Select(_ => new TopK(capacity))];
        private readonly int[] _rows = new int[Math.Min(CosineTiles.MaxRows, rowCount) * capacity];
        private readonly float[] _scores = new float[Math.Min(CosineTiles.MaxRows, rowCount) * capacity];
        private readonly (int Row, float Score)[] _last = new (int, float)[rowCount];

        /// <summary>Offers some columns to each row of the block.</summary>
        public void Offer(ReadOnlySpan<float> cosines, int stride, int firstColumn, int columnCount)
        {
            OfferBody body = new(_selections, cosines, stride, firstColumn, columnCount);
            WorkerPool.Shared.For(cosines.Length / stride, ref body);
        }

        /// <summary>Ends the block: all columns were offered.</summary>
        public void Complete(int first, int count)
        {
            for (int i = 0; i < count; i++)
            {
                _selections[i].Drain(_rows.AsSpan(i * capacity, capacity), _scores.AsSpan(i * capacity, capacity));
                _last[first + i] = (_rows[((i + 1) * capacity) - 1], _scores[((i + 1) * capacity) - 1]);
            }
        }

        public ReadOnlySpan<int> Rows(int place) => _rows.AsSpan(place * capacity, capacity);

        public ReadOnlySpan<float> Scores(int place) => _scores.AsSpan(place * capacity, capacity);

        /// <summary>Whether a row, whose nearest are known, has another among them.</summary>
        public bool Names(int row, int other, float score) => score > _last[row].Score || (score == _last[row].Score && other <= _last[row].Row);

        private readonly ref struct OfferBody(TopK[] selections, ReadOnlySpan<float> cosines, int stride, int firstColumn, int columnCount) : IParallelBody
        {
            private readonly ReadOnlySpan<float> _cosines = cosines;

            public void Execute(int taskIndex) => selections[taskIndex].AddRange(firstColumn, _cosines.Slice(taskIndex * stride, columnCount));
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
