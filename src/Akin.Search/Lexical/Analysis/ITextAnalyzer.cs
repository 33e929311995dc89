namespace Akin.Search.Lexical.Analysis;

/// <summary>Cuts a text into the terms by which it is found. Documents and queries must be cut by the same one.</summary>
/// <remarks>Implementations are thread-safe.</remarks>
public interface ITextAnalyzer
{
    /// <summary>The tokens in the order of their positions, as often as they occur.</summary>
    /// <param name="text">The text; may be empty.</param>
    IEnumerable<TextToken> Analyze(string text);
}
