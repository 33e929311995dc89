namespace Akin.Tokenizers.SentencePiece;

/// <summary>Cuts at spaces; a word that is no piece is unknown.</summary>
internal sealed class WordSegmenter : ISentencePieceSegmenter
{
    private const char EscapedSpace = '\u2581';

    private readonly SentencePieceFile file;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> pieces;

    public WordSegmenter(SentencePieceFile file)
    {
        this.file = file;
        pieces = CharacterSegmenter.InText(file);
    }

    public void Cut(ReadOnlySpan<char> text, List<Segment> segments)
    {
        while (!text.IsEmpty)
        {
            int next = text[1..].IndexOf(EscapedSpace);
            int length = next < 0 ? text.Length : next + 1;
            if (file.WhitespaceAsSuffix)
            {
                next = text.IndexOf(EscapedSpace);
                length = next < 0 ? text.Length : next + 1;
            }
            segments.Add(new Segment(pieces.TryGetValue(text[..length], out int id) ? id : file.UnknownId, length));
            text = text[length..];
        }
    }
}
