namespace Akin.Tokenizers.SentencePiece;

/// <summary>One of the ways in which SentencePiece cuts a normalized text. Safe for use by several threads.</summary>
internal interface ISentencePieceSegmenter
{
    /// <summary>Adds the parts of a text, in order and without gaps.</summary>
    void Cut(ReadOnlySpan<char> text, List<Segment> segments);
}
