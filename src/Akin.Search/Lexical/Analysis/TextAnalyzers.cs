namespace Akin.Search.Lexical.Analysis;

/// <summary>The analysers by name, and what every analyser can do.</summary>
public static class TextAnalyzers
{
    private static readonly Dictionary<string, ITextAnalyzer> ByName = new()
    {
        ["chinese"] = new ChineseAnalyzer(),
        ["cjk"] = new CjkAnalyzer(),
        ["english"] = new EnglishAnalyzer(),
        ["korean"] = new KoreanAnalyzer(),
        ["multilingual"] = new MultilingualAnalyzer(),
        ["porter2"] = new Porter2Analyzer(),
        ["standard"] = new StandardAnalyzer(),
        ["words"] = new WordAnalyzer(),
    };

    /// <summary>The analyser for texts of unknown language.</summary>
    public static ITextAnalyzer Default => ByName["multilingual"];

    /// <summary>The names that <see cref="Named"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The analyser of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static ITextAnalyzer Named(string name) => ByName.TryGetValue(name, out ITextAnalyzer? analyzer)
        ? analyzer
        : throw new ArgumentException($"There is no analyser '{name}': there are {string.Join(", ", Names)}.", nameof(name));

    /// <summary>The terms in the order of the text, as often as they occur.</summary>
    /// <param name="analyzer">The analyser.</param>
    /// <param name="text">The text; may be empty.</param>
    public static IEnumerable<string> Terms(this ITextAnalyzer analyzer, string text)
    {
        ArgumentNullException.ThrowIfNull(analyzer);
        return analyzer.Analyze(text).Select(token => token.Term);
    }
}
