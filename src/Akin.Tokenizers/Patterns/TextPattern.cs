namespace Akin.Tokenizers.Patterns;

/// <summary>What a tokenizer looks for in a text: some text as it is, or a regular expression with Oniguruma's Ruby syntax and meaning.</summary>
public sealed class TextPattern
{
    private TextPattern(Pattern pattern, string text, bool isLiteral) => (Pattern, Text, IsLiteral) = (pattern, text, isLiteral);

    /// <summary>The text or the expression.</summary>
    public string Text { get; }

    /// <summary>Whether <see cref="Text"/> is meant as it is.</summary>
    public bool IsLiteral { get; }

    internal Pattern Pattern { get; }

    /// <summary>A pattern that is found where the text itself is. The empty text is found everywhere.</summary>
    /// <param name="text">The text.</param>
    public static TextPattern Literal(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new TextPattern(Pattern.Literal(text), text, isLiteral: true);
    }

    /// <summary>A pattern that is found where an expression matches.</summary>
    /// <param name="expression">The regular expression.</param>
    /// <exception cref="PatternException">The expression is malformed, or asks for something that is not supported.</exception>
    public static TextPattern Expression(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return new TextPattern(Pattern.Compile(expression), expression, isLiteral: false);
    }
}
