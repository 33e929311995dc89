using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts at one character and drops it.</summary>
public sealed class CharDelimiterSplit : PreTokenizer
{
    private readonly int codePoint;

    /// <param name="delimiter">The character: one code point.</param>
    /// <exception cref="ArgumentException">It is not one code point.</exception>
    public CharDelimiterSplit(string delimiter)
    {
        ArgumentException.ThrowIfNullOrEmpty(delimiter);
        if (Utf16.CountCodePoints(delimiter) != 1)
            throw new ArgumentException($"one character was expected, found \"{delimiter}\"", nameof(delimiter));
        Delimiter = delimiter;
        codePoint = Utf16.CodePointAt(delimiter, 0, out _);
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
        DelimiterSplit.Split(text, candidate => candidate == codePoint, DelimiterBehavior.Removed);
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => writer.WriteString("delimiter", Delimiter);
}
