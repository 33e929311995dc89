using Akin.Tokenizers.Json;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts the normalized text into the pieces (words, mostly) that the model then cuts into tokens.</summary>
public abstract class PreTokenizer : TokenizerComponent
{
    internal static ComponentTypes<PreTokenizer> Types { get; } = new("pre-tokenizer")
    {
        { "BertPreTokenizer", static _ => new BertPreTokenizer() },
        { "ByteLevel", ByteLevel.Read },
        { "CharDelimiterSplit", CharDelimiterSplit.Read },
        { "Digits", Digits.Read },
        { "FixedLength", FixedLength.Read },
        { "Metaspace", Metaspace.Read },
        { "Punctuation", Punctuation.Read },
        { "Sequence", PreTokenizerSequence.Read },
        { "Split", Split.Read },
        { "UnicodeScripts", static _ => new UnicodeScripts() },
        { "Whitespace", static _ => new Whitespace() },
        { "WhitespaceSplit", static _ => new WhitespaceSplit() },
    };

    /// <summary>Whether the pieces depend on where in the original text they came from, and not only on their characters.</summary>
    internal virtual bool NeedsOrigins => false;

    /// <summary>Cuts the pieces of a text further.</summary>
    /// <param name="text">The text.</param>
    public abstract void PreTokenize(PreTokenizedText text);

    /// <summary>The pieces of a text and the spans that they came from, in UTF-16 units.</summary>
    /// <param name="text">The text; unpaired surrogates become U+FFFD first.</param>
    public IReadOnlyList<(string Piece, TextSpan Span)> PreTokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        NormalizedText whole = new(Unicode.Utf16.WellFormed(text));
        PreTokenizedText pieces = new();
        pieces.Add(new TextPiece(whole, 0, whole.Length));
        PreTokenize(pieces);
        return [.. pieces.Pieces.Select(static piece => (piece.Text.ToString(), piece.OriginalSpan))];
    }
}
