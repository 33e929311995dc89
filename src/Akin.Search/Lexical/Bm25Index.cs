using System.Buffers;
using System.Runtime.InteropServices;

namespace Akin.Search.Lexical;

/// <summary>Finds documents by the words of a query, exactly and in memory: Okapi BM25 (Robertson and Zaragoza 2009) with Lucene's form of the idf.</summary>
/// <remarks>
/// score = Σ ln(1 + (N − df + ½)/(df + ½)) · tf / (tf + k₁·(1 − b + b·length/mean length)), over the terms of the query as often as they stand in it, in double
/// precision with exact lengths; N and the mean count empty documents too (bm25s' method "lucene"). Thread-safe once made.
/// </remarks>
public sealed class Bm25Index
{
    private readonly Dictionary<string, Postings> _postings = [];
    private readonly ITextAnalyzer _analyzer;

    // k₁·(1 − b + b·length/mean length) of each document.
    private readonly double[] _norms;

    /// <summary>Reads all documents.</summary>
    /// <param name="documents">The texts.</param>
    /// <param name="options">Weights and analyser; null for the defaults.</param>
    /// <param name="cancellationToken">Stops between documents.</param>
    /// <exception cref="ArgumentOutOfRangeException">A weight is out of its bounds.</exception>
    public Bm25Index(IEnumerable<string> documents, Bm25Options? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        options ??= new Bm25Options();
        ArgumentOutOfRangeException.ThrowIfNegative(options.K1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.B, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.B, 1, nameof(options));
        _analyzer = options.Analyzer;
        List<int> lengths = [];
        foreach (string document in documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int length = 0;
            foreach (string term in _analyzer.Terms(document))
            {
                ref Postings? postings = ref CollectionsMarshal.GetValueRefOrAddDefault(_postings, term, out _);
                (postings ??= new Postings()).Add(lengths.Count);
                length++;
            }

            lengths.Add(length);
        }

        double mean = lengths.Count == 0 ? 0 : lengths.Average();
        _norms = [.. lengths.Select(length => options.K1 * (1 - options.B + (mean == 0 ? 0 : options.B * length / mean)))];
    }

    /// <summary>How many documents there are.</summary>
    public int Count => _norms.Length;

    /// <summary>How many different terms the documents have.</summary>
    public int TermCount => _postings.Count;

    /// <summary>The documents that share a term with the query, best first; of equal scores the earlier document.</summary>
    /// <param name="query">The query.</param>
    /// <param name="count">How many at most, at least 1.</param>
    public IReadOnlyList<LexicalHit> Search(string query, int count)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        double[] scores = ArrayPool<double>.Shared.Rent(Count);
        scores.AsSpan(0, Count).Clear();
        foreach (string term in _analyzer.Terms(query))
        {
            if (_postings.TryGetValue(term, out Postings? postings))
            {
                double idf = Idf(postings);
                foreach ((int document, int frequency) in postings.Entries)
                {
                    scores[document] += idf * frequency / (frequency + _norms[document]);
                }
            }
        }

        // The worst of the kept hits is on top: the lowest score, of equal scores the latest document.
        PriorityQueue<int, (double Score, int Reverse)> kept = new();
        for (int document = 0; document < Count; document++)
        {
            if (scores[document] > 0 && (kept.Count < count || scores[document] > scores[kept.Peek()]))
            {
                kept.Enqueue(document, (scores[document], -document));
                if (kept.Count > count)
                {
                    kept.Dequeue();
                }
            }
        }

        LexicalHit[] hits = new LexicalHit[kept.Count];
        for (int i = hits.Length - 1; i >= 0; i--)
        {
            int document = kept.Dequeue();
            hits[i] = new LexicalHit(document, scores[document]);
        }

        ArrayPool<double>.Shared.Return(scores);
        return hits;
    }

    /// <summary>The score of one document; 0 when it shares no term with the query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="document">The document's place.</param>
    public double Score(string query, int document)
    {
        ArgumentNullException.ThrowIfNull(query);
        double norm = _norms[document];
        double score = 0;
        foreach (string term in _analyzer.Terms(query))
        {
            if (_postings.TryGetValue(term, out Postings? postings) && postings.FrequencyIn(document) is > 0 and int frequency)
            {
                score += Idf(postings) * frequency / (frequency + norm);
            }
        }

        return score;
    }

    private double Idf(Postings postings) => Math.Log(1 + ((Count - postings.Entries.Length + 0.5) / (postings.Entries.Length + 0.5)));

    /// <summary>The documents that hold a term, ascending, and how often each does.</summary>
    private sealed class Postings
    {
        private readonly List<(int Document, int Frequency)> _entries = [];

        public ReadOnlySpan<(int Document, int Frequency)> Entries => CollectionsMarshal.AsSpan(_entries);

        public void Add(int document)
        {
            if (_entries is [.., (int last, int frequency)] && last == document)
            {
                _entries[^1] = (document, frequency + 1);
            }
            else
            {
                _entries.Add((document, 1));
            }
        }

        public int FrequencyIn(int document)
        {
            int place = Entries.BinarySearch(new Place(document));
            return place < 0 ? 0 : _entries[place].Frequency;
        }

        private readonly struct Place(int document) : IComparable<(int Document, int Frequency)>
        {
            public int CompareTo((int Document, int Frequency) other) => document.CompareTo(other.Document);
        }
    }
}
