namespace Akin.Tokenizers.SentencePiece;

/// <summary>A part of a text that one piece covers.</summary>
/// <param name="Id">The id of the piece; that of the unknown piece where none covers it.</param>
/// <param name="Length">Its length in UTF-16 units.</param>
internal readonly record struct Segment(int Id, int Length);
