using System.Buffers;
using System.Runtime.InteropServices;
using Akin.Search.Lexical.Analysis;

namespace Akin.Search.Lexical;

/// <summary>Finds documents by the words of a query, exactly and in memory: Okapi BM25 (Robertson and Zaragoza 2009) in any of its usual forms.</summary>
/// <remarks>
/// Scores are sums over the terms of the query as often as they stand in it; N and the mean length count empty documents too, as bm25s does (but for
/// <see cref="Bm25Method.LuceneStoredLength"/>). Thread-safe once made.
/// </remarks>
public sealed class Bm25Index
{
    private readonly Dictionary<string, Postings> _postings = [];
    private readonly ITextAnalyzer _analyzer;
    private readonly Bm25Formula _formula;
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
        options.Check();
        _analyzer = options.Analyzer;
        bool countsForms = options.Method != Bm25Method.LuceneStoredLength;
        List<int> lengths = [];
        long filled = 0, total = 0;
        foreach (string document in documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int length = 0, terms = 0;
            foreach (TextToken token in _analyzer.Analyze(document))
            {
                ref Postings? postings = ref CollectionsMarshal.GetValueRefOrAddDefault(_postings, token.Term, out _);
                (postings ??= new Postings()).Add(lengths.Count);
                terms++;
                length += countsForms || token.PositionIncrement > 0 ? 1 : 0;
            }

            lengths.Add(length);
            filled += terms > 0 ? 1 : 0;
            total += terms;
        }

        Bm25Formula formula = new(options, new CollectionStatistics(lengths.Count, filled, total));
        _norms = [.. lengths.Select(length => formula.Norm(length))];
        _formula = formula;
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
        double floor = 0;
        foreach ((Postings postings, double weight) in Weighted(query))
        {
            floor += _formula.Base(weight);
            foreach ((int document, int frequency) in postings.Entries)
            {
                scores[document] += _formula.Gain(weight, frequency, _norms[document]);
            }
        }

        // The worst of the kept hits is on top: the lowest score, of equal scores the latest document.
        PriorityQueue<int, (double Score, int Reverse)> kept = new();
        for (int document = 0; document < Count; document++)
        {
            if (scores[document] == 0)
            {
                continue;
            }

            scores[document] = _formula.Finish(floor + scores[document]);
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

    /// <summary>The score of one document; 0 when it shares no term with the query (but for <see cref="Bm25Method.Bm25L"/> and <see cref="Bm25Method.Bm25Plus"/>, which give every document something).</summary>
    /// <param name="query">The query.</param>
    /// <param name="document">The document's place.</param>
    public double Score(string query, int document)
    {
        ArgumentNullException.ThrowIfNull(query);
        double norm = _norms[document];
        double floor = 0, score = 0;
        foreach ((Postings postings, double weight) in Weighted(query))
        {
            floor += _formula.Base(weight);
            if (postings.FrequencyIn(document) is > 0 and int frequency)
            {
                score += _formula.Gain(weight, frequency, norm);
            }
        }

        return _formula.Finish(floor + score);
    }

    /// <summary>The terms of a query that any document has, in the order of the query, each with its weight.</summary>
    private IEnumerable<(Postings Postings, double Weight)> Weighted(string query) =>
        from term in _analyzer.Terms(query).CountBy(term => term)
        let postings = _postings.GetValueOrDefault(term.Key)
        where postings is not null
        select (postings, term.Value * _formula.Idf(postings.Entries.Length));

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
