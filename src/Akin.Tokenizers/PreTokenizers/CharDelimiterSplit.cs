using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Patterns;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts at one character and drops it.</summary>
public sealed class CharDelimiterSplit : PreTokenizer
{
    private readonly Pattern pattern;

    /// <param name="delimiter">The character: one code point.</param>
    /// <exception cref="ArgumentException">It is not one code point.</exception>
    public CharDelimiterSplit(string delimiter)
    {
        ArgumentException.ThrowIfNullOrEmpty(delimiter);
        if (Utf16.CountCodePoints(delimiter) != 1)
            throw new ArgumentException($"one character was expected, found \"{delimiter}\"", nameof(delimiter));
        Delimiter = delimiter;
        pattern = Pattern.Literal(delimiter);
    }

    /// <inheritdoc/>
    public override string Type => "CharDelimiterSplit";

    /// <summary>The character.</summary>
    public string Delimiter { get; }

    internal static CharDelimiterSplit Read(JsonFields fields)
    {
        string delimiter = fields.String("delimiter");
        return delimiter.Length > 0 && Utf16.CountCodePoints(delimiter) == 1
            ? new CharDelimiterSplit(delimiter)
            : throw fields.Refuse("delimiter", $"one character was expected, found \"{delimiter}\"");
    }

    /// <inheritdoc/>
    public override void PreTokenize(PreTokenizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Split(new PatternSplit(pattern, DelimiterBehavior.Removed, Invert: false));
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => writer.WriteString("delimiter", Delimiter);
}
