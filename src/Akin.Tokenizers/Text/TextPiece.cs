namespace Akin.Tokenizers.Text;

/// <summary>A span of a normalized text.</summary>
/// <param name="Source">The text.</param>
/// <param name="Start">First UTF-16 unit of the piece in <paramref name="Source"/>.</param>
/// <param name="End">One past its last UTF-16 unit.</param>
/// <param name="TokenId">The id of the added token that the piece is; null for text that is still to be cut.</param>
public readonly record struct TextPiece(NormalizedText Source, int Start, int End, int? TokenId = null)
{
    /// <summary>Length in UTF-16 units.</summary>
    public int Length => End - Start;

    /// <summary>The text of the piece.</summary>
    public ReadOnlySpan<char> Text => Source.Text[Start..End];

    /// <summary>The span of the original text that the piece came from, in UTF-16 units.</summary>
    public TextSpan OriginalSpan => Source.OriginalSpan(Start, End);

    /// <summary>A part of this piece.</summary>
    /// <param name="start">First UTF-16 unit, counted from the start of the piece.</param>
    /// <param name="end">One past the last UTF-16 unit, counted from the start of the piece.</param>
    public TextPiece Slice(int start, int end) => new(Source, Start + start, Start + end);
}
