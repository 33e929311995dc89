using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PostProcessors;

/// <summary><c>&lt;s&gt; A &lt;/s&gt;</c> and <c>&lt;s&gt; A &lt;/s&gt;&lt;/s&gt; B &lt;/s&gt;</c>, all with type id 0; may take the spaces out of the offsets.</summary>
/// <param name="separator">The separator and its id.</param>
/// <param name="classification">The first token and its id.</param>
public sealed class RobertaProcessing((string Token, int Id) separator, (string Token, int Id) classification) : PostProcessor
{
    private const char ByteLevelSpace = 'Ġ'; // U+0120, how byte-level tokens write the byte 0x20

    /// <inheritdoc/>
    public override string Type => "RobertaProcessing";

    /// <summary>Whether spaces at the ends of a token are left out of its span. Default true.</summary>
    public bool TrimOffsets { get; init; } = true;

    /// <summary>Whether the pre-tokenizer put a space before the text, which then has no place to be trimmed from. Default true.</summary>
    public bool AddPrefixSpace { get; init; } = true;

    internal static RobertaProcessing Read(JsonFields fields) => new(fields.TokenAndId("sep"), fields.TokenAndId("cls"))
    {
        TrimOffsets = fields.Bool("trim_offsets", absent: true),
        AddPrefixSpace = fields.Bool("add_prefix_space", absent: true),
    };

    /// <inheritdoc/>
    public override IReadOnlyList<LayoutPiece> Layout(bool pair, bool addSpecialTokens)
    {
        LayoutPiece a = LayoutPiece.Text(0, 0), b = LayoutPiece.Text(1, 0);
        if (!addSpecialTokens)
            return pair ? [a, b] : [a];
        LayoutPiece first = LayoutPiece.Special(classification.Token, classification.Id);
        LayoutPiece end = LayoutPiece.Special(separator.Token, separator.Id);
        return pair ? [first, a, end, end, b, end] : [first, a, end];
    }

    internal override void AdjustOffsets(Span<Token> tokens)
    {
        if (TrimOffsets)
            Trim(tokens, AddPrefixSpace);
    }

    /// <summary>Takes the spaces at both ends of each token out of its span.</summary>
    internal static void Trim(Span<Token> tokens, bool addPrefixSpace)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            Token token = tokens[i];
            string text = token.Text;
            int leading = 0, trailing = 0;
            while (leading < text.Length && IsSpace(text[leading]))
                leading++;
            while (trailing < text.Length && IsSpace(text[text.Length - 1 - trailing]))
                trailing++;
            if (leading > 0 && addPrefixSpace && (i == 0 || token.Start == 0))
                leading--;
            int start = Math.Min(token.Start + leading, token.End);
            tokens[i] = token with { Start = start, End = Math.Max(token.End - trailing, start) };
        }
    }

    private static bool IsSpace(char unit) => unit == ByteLevelSpace || (!char.IsSurrogate(unit) && UnicodeTables.Is(unit, CharacterFlags.Whitespace));

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteTokenAndId("sep", separator);
        writer.WriteTokenAndId("cls", classification);
        writer.WriteBoolean("trim_offsets", TrimOffsets);
        writer.WriteBoolean("add_prefix_space", AddPrefixSpace);
    }
}
