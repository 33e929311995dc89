namespace Akin.Search.Lexical;

/// <summary>How BM25 weighs terms.</summary>
public sealed record Bm25Options
{
    /// <summary>How soon more occurrences of a term stop counting, not negative: 0 counts a term once. Default 1.2.</summary>
    public double K1 { get; init; } = 1.2;

    /// <summary>How much long documents are held back, 0 (not at all) to 1 (by their whole length). Default 0.75.</summary>
    public double B { get; init; } = 0.75;

    /// <summary>Cuts documents and queries into terms; words, or pairs of characters of Chinese, Japanese and Korean, by default.</summary>
    public ITextAnalyzer Analyzer { get; init; } = new WordAnalyzer();
}
