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
        text.Rewrite(new Marker(Replacement, PrependScheme));
        if (Split)
            text.Split(new Cutter(Replacement));
        else
            text.Split(default(WholePiece));
    }

    /// <summary>Whether a piece starts the text is seen from where it came from.</summary>
    internal override bool NeedsOrigins => PrependScheme == PrependScheme.First;

    /// <summary>Puts the mark before a piece and in the place of its spaces.</summary>
    private readonly struct Marker(string replacement, PrependScheme scheme) : IPieceRewriter
    {
        public void Rewrite(ref TextRewriter rewriter)
        {
            ReadOnlySpan<char> text = rewriter.Rest;
            int mark = Utf16.CodePointAt(replacement, 0, out _);
            bool prepends = text.Length > 0 && scheme != PrependScheme.Never && text[0] != ' ' && !text.StartsWith(replacement, StringComparison.Ordinal)
                && (scheme == PrependScheme.Always || rewriter.OriginalStart == 0);
            if (prepends)
                rewriter.Write(mark, rewriter.OriginOfNext);
            while (text.Length > 0)
            {
                int space = text.IndexOf(' ');
                int kept = space < 0 ? text.Length : space;
                rewriter.Keep(kept);
                if (space >= 0)
                    rewriter.Replace(1, mark);
                text = text[Math.Min(kept + 1, text.Length)..];
            }
        }
    }

    private readonly struct Cutter(string replacement) : IPieceCutter
    {
        public void Cut(TextPiece piece, List<TextPiece> parts)
        {
            ReadOnlySpan<char> text = piece.Text;
            for (int start = 0; start < text.Length;)
            {
                int next = text[(start + 1)..].IndexOf(replacement, StringComparison.Ordinal);
                int end = next < 0 ? text.Length : start + 1 + next;
                parts.Add(piece.Slice(start, end));
                start = end;
            }
        }
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => WriteMetaspace(writer, Replacement, PrependScheme, Split);
}
