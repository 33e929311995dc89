namespace Akin.Tokenizers.Patterns;

/// <summary>
/// A regular expression with the meaning that Oniguruma gives it (Ruby syntax), over code points and with the character tables of the
/// reference: .NET's own sees UTF-16 units and tables of another age. Immutable, safe for use by several threads.
/// </summary>
/// <remarks>
/// Matching goes back and forth as Oniguruma does, but without recursion and within a number of steps in proportion to the text: a
/// pattern that would explode ends in a <see cref="PatternException"/>.
/// </remarks>
internal sealed class Pattern
{
    private Pattern(string source, PatternProgram program, string? literalText = null) => (Source, Program, LiteralText) = (source, program, literalText);

    /// <summary>The expression.</summary>
    public string Source { get; }

    internal PatternProgram Program { get; }

    /// <summary>The text that the pattern is; null when it is more than that.</summary>
    internal string? LiteralText { get; }

    /// <summary>Compiles an expression.</summary>
    /// <exception cref="PatternException">It is malformed or asks for something unsupported.</exception>
    public static Pattern Compile(string source) => new(source, PatternCompiler.Compile(source));

    /// <summary>Compiles an expression to be matched by going back and forth, though a finite automaton would do.</summary>
    internal static Pattern CompileWithoutAutomaton(string source) => new(source, PatternCompiler.Compile(source, withAutomaton: false));

    /// <summary>A pattern that matches a text as it is. The empty text matches everywhere, as the empty expression does.</summary>
    public static Pattern Literal(string text) => new(text, NoProgram, text.Length == 0 ? null : text);

    private static readonly PatternProgram NoProgram = PatternCompiler.Compile(string.Empty);

    /// <summary>The matches in a text, from left to right.</summary>
    public PatternMatches Matches(ReadOnlySpan<char> text) => new(this, text);

    /// <summary>Looks for the first match from a place on.</summary>
    public bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        using PatternMatches matches = new(this, text, from);
        bool found = matches.MoveNext();
        (start, end) = (matches.Start, matches.End);
        return found;
    }
}
