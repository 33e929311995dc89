using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Writes spaces as a visible mark and cuts before each, as SentencePiece does (Kudo and Richardson, 2018).</summary>
public sealed class Metaspace : PreTokenizer
{
    /// <summary>The usual mark, U+2581.</summary>
    public const string DefaultReplacement = "▁";

    /// <inheritdoc/>
    public override string Type => "Metaspace";

    /// <summary>The mark that stands for a space: one code point. Default ▁ (U+2581).</summary>
    public string Replacement { get; init; } = DefaultReplacement;

    /// <summary>When the mark is put before a piece. Default always.</summary>
    public PrependScheme PrependScheme { get; init; } = PrependScheme.Always;

    /// <summary>Whether the text is cut before each mark. Default true.</summary>
    public bool Split { get; init; } = true;

    internal static Metaspace Read(JsonFields fields) => new()
    {
        Replacement = ReadReplacement(fields),
        PrependScheme = ReadScheme(fields),
        Split = fields.Bool("split", absent: true),
    };

    internal static string ReadReplacement(JsonFields fields)
    {
        string replacement = fields.String("replacement");
        fields.OptionalString("str_rep"); // older files have the mark twice
        return replacement.Length > 0 && Utf16.CountCodePoints(replacement) == 1 ? replacement : throw fields.Refuse("replacement", $"one character was expected, found \"{replacement}\"");
    }

    /// <summary>The scheme; older files say with <c>add_prefix_space</c> whether the mark is put before every piece.</summary>
    internal static PrependScheme ReadScheme(JsonFields fields)
    {
        bool? prefix = fields.OptionalBool("add_prefix_space");
        string? value = fields.OptionalString("prepend_scheme");
        PrependScheme scheme = value switch
        {
            null => PrependScheme.Always,
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            _ => throw fields.Refuse("prepend_scheme", $"unknown scheme \"{value}\"; known: always, first, never"),
        };
        if (prefix == false && value is not null && scheme != PrependScheme.Never)
            throw fields.Refuse("add_prefix_space", $"false does not go with the prepend_scheme \"{value}\"");
        return prefix == false ? PrependScheme.Never : scheme;
    }

    internal static void WriteMetaspace(Utf8JsonWriter writer, string replacement, PrependScheme scheme, bool split)
    {
        writer.WriteString("replacement", replacement);
        writer.WriteString("prepend_scheme", scheme switch { PrependScheme.Always => "always", PrependScheme.First => "first", _ => "never" });
        writer.WriteBoolean("split", split);
    }

    /// <inheritdoc/>
    public override void PreTokenize(PreTokenizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Split((piece, parts) =>
        {
            TextPiece marked = Mark(piece);
            if (Split)
                Cut(marked, parts);
            else
                parts.Add(marked);
        });
    }

    private TextPiece Mark(TextPiece piece)
    {
        ReadOnlySpan<char> text = piece.Text;
        bool prepends = text.Length > 0 && PrependScheme != PrependScheme.Never && text[0] != ' ' && !text.StartsWith(Replacement, StringComparison.Ordinal)
            && (PrependScheme == PrependScheme.Always || piece.OriginalSpan.Start == 0);
        if (!prepends && !text.Contains(' '))
            return piece;
        int mark = Utf16.CodePointAt(Replacement, 0, out _);
        NormalizedText source = piece.Source.Slice(piece.Start, piece.Length);
        bool first = prepends;
        source.Expand((codePoint, changes) =>
        {
            if (first)
            {
                changes.Add(new CharacterChange(mark, 0));
                changes.Add(new CharacterChange(codePoint == ' ' ? mark : codePoint, 1));
                first = false;
            }
            else
            {
                changes.Add(new CharacterChange(codePoint == ' ' ? mark : codePoint, 0));
            }
        });
        return new TextPiece(source, 0, source.Length);
    }

    private void Cut(TextPiece piece, List<TextPiece> parts)
    {
        ReadOnlySpan<char> text = piece.Text;
        int start = 0;
        while (start < text.Length)
        {
            int next = text[(start + 1)..].IndexOf(Replacement, StringComparison.Ordinal);
            int end = next < 0 ? text.Length : start + 1 + next;
            parts.Add(piece.Slice(start, end));
            start = end;
        }
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => WriteMetaspace(writer, Replacement, PrependScheme, Split);
}
