namespace Akin.Tokenizers.Patterns;

/// <summary>A regular expression of a tokenizer cannot be used: it is malformed, asks for something unsupported, or would take too long on a text.</summary>
public sealed class PatternException : TokenizerException
{
    internal PatternException(string pattern, string problem, int? position = null)
        : base(position is { } place ? $"the pattern {Show(pattern)}: {problem} (at character {place})" : $"the pattern {Show(pattern)}: {problem}") =>
        (Pattern, Problem, Position) = (pattern, problem, position);

    /// <summary>The regular expression.</summary>
    public string Pattern { get; }

    /// <summary>What is wrong, without the pattern.</summary>
    public string Problem { get; }

    /// <summary>Where in the pattern, in UTF-16 units; null when the whole is meant.</summary>
    public int? Position { get; }

    private static string Show(string pattern) => pattern.Length <= 120 ? $"\"{pattern}\"" : $"\"{pattern.AsSpan(0, 120)}…\" of {pattern.Length} characters";
}
