using Akin.Search.Lexical.Analysis;

namespace Akin.Search.Lexical;

/// <summary>How BM25 weighs terms.</summary>
public sealed record Bm25Options
{
    /// <summary>The form of BM25. Default: Lucene's with exact lengths.</summary>
    public Bm25Method Method { get; init; }

    /// <summary>How soon more occurrences of a term stop counting, not negative: 0 counts a term once. Default 1.2.</summary>
    public double K1 { get; init; } = 1.2;

    /// <summary>How much long documents are held back, 0 (not at all) to 1 (by their whole length). Default 0.75.</summary>
    public double B { get; init; } = 0.75;

    /// <summary>What a term that occurs is worth at least, not negative; for <see cref="Bm25Method.Bm25L"/> and <see cref="Bm25Method.Bm25Plus"/>. Default 0.5.</summary>
    public double Delta { get; init; } = 0.5;

    /// <summary>Cuts documents and queries into terms; words, or pairs of characters of Chinese, Japanese and Korean, by default.</summary>
    public ITextAnalyzer Analyzer { get; init; } = new WordAnalyzer();

    /// <summary>Throws unless the numbers are within their bounds.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(K1, nameof(K1));
        ArgumentOutOfRangeException.ThrowIfNegative(B, nameof(B));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(B, 1, nameof(B));
        ArgumentOutOfRangeException.ThrowIfNegative(Delta, nameof(Delta));
    }
}
