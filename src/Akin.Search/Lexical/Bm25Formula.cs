namespace Akin.Search.Lexical;

/// <summary>The numbers of one form of BM25 over one collection: everything but the postings.</summary>
/// <remarks>
/// A score is <see cref="Finish"/> of the sum, over the terms of the query, of <see cref="Base"/> (the same for every document, with the term or without) and of
/// <see cref="Gain"/> (for documents with the term: never negative, growing with the frequency, falling with the length).
/// </remarks>
internal readonly struct Bm25Formula
{
    private readonly Bm25Method _method;
    private readonly double _count;
    private readonly double _k1;
    private readonly double _b;
    private readonly double _delta;
    private readonly double _meanLength;

    public Bm25Formula(Bm25Options options, CollectionStatistics statistics)
    {
        _method = options.Method;
        (_k1, _b, _delta) = (options.K1, options.B, options.Delta);
        _count = _method == Bm25Method.LuceneStoredLength ? statistics.FilledCount : statistics.DocumentCount;
        _meanLength = _count == 0 ? 0 : statistics.TotalLength / _count;
    }

    /// <summary>What a term is worth by how rare it is.</summary>
    /// <param name="documentFrequency">Documents with the term, at least 1.</param>
    public double Idf(long documentFrequency)
    {
        double rarity = (_count - documentFrequency + 0.5) / (documentFrequency + 0.5);
        return _method switch
        {
            Bm25Method.LuceneStoredLength => (float)Math.Log(1 + rarity),
            Bm25Method.Robertson => Math.Max(0, Math.Log(rarity)),
            Bm25Method.Atire => Math.Log(_count / documentFrequency),
            Bm25Method.Bm25L => Math.Log((_count + 1) / (documentFrequency + 0.5)),
            Bm25Method.Bm25Plus => Math.Log((_count + 1) / documentFrequency),
            _ => Math.Log(1 + rarity),
        };
    }

    /// <summary>What every document scores for a term of the query, even without it.</summary>
    /// <param name="weight">The idf, times how often the term is in the query.</param>
    public double Base(double weight) => _method switch
    {
        Bm25Method.Bm25L => weight * (_k1 + 1) * _delta / (_k1 + _delta),
        Bm25Method.Bm25Plus => weight * _delta,
        _ => 0,
    };

    /// <summary>The norm of a document: what <see cref="Gain"/> needs to know of its length.</summary>
    /// <param name="length">Terms of the document.</param>
    public double Norm(double length)
    {
        if (_method == Bm25Method.LuceneStoredLength)
        {
            // As in BM25Similarity: all in float32, and the inverse is kept.
            float k1 = (float)_k1, b = (float)_b;
            return 1f / (k1 * ((1f - b) + b * StoredLength.Of((int)length) / (float)_meanLength));
        }

        return _k1 * (1 - _b + (_meanLength == 0 ? 0 : _b * length / _meanLength));
    }

    /// <summary>What a document scores for a term above <see cref="Base"/>.</summary>
    /// <param name="weight">The idf, times how often the term is in the query.</param>
    /// <param name="frequency">How often the document has the term, above 0.</param>
    /// <param name="norm">The document's norm.</param>
    public double Gain(double weight, double frequency, double norm)
    {
        switch (_method)
        {
            case Bm25Method.LuceneStoredLength:
                float w = (float)weight;
                return w - w / (1f + (float)frequency * (float)norm);
            case Bm25Method.Bm25L:
                // norm = k₁·(…), so tf·k₁/norm is the frequency by length. Without k₁ a term counts once.
                double c = _k1 == 0 ? double.PositiveInfinity : (frequency * _k1 / norm) + _delta;
                return (double.IsInfinity(c) ? weight : weight * (_k1 + 1) * c / (_k1 + c)) - Base(weight);
            case Bm25Method.Atire or Bm25Method.Bm25Plus:
                return weight * (frequency * (_k1 + 1) / (frequency + norm));
            default:
                return weight * frequency / (frequency + norm);
        }
    }

    /// <summary>The score for a sum.</summary>
    public double Finish(double sum) => _method == Bm25Method.LuceneStoredLength ? (float)sum : sum;
}
