using Akin.Tokenizers.Models;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.SentencePiece;

/// <summary>Every code point by itself, user-defined pieces whole.</summary>
internal sealed class CharacterSegmenter : ISentencePieceSegmenter
{
    private readonly SentencePieceFile file;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> pieces;
    private readonly PieceTrie userDefined = new();

    public CharacterSegmenter(SentencePieceFile file)
    {
        this.file = file;
        pieces = InText(file);
        for (int id = 0; id < file.Pieces.Count; id++)
        {
            if (file.Pieces[id].Type == SentencePieceType.UserDefined)
                userDefined.TryAdd(file.Pieces[id].Text, id);
        }
    }

    public void Cut(ReadOnlySpan<char> text, List<Segment> segments)
    {
        for (int at = 0; at < text.Length;)
        {
            int length = userDefined.LongestMatch(text[at..], PieceTrie.Root, out int id);
            if (length == 0)
            {
                Utf16.CodePointAt(text, at, out length);
                if (!pieces.TryGetValue(text.Slice(at, length), out id))
                    id = file.UnknownId;
            }
            segments.Add(new Segment(id, length));
            at += length;
        }
    }

    /// <summary>The pieces that may be found in text, by their text.</summary>
    internal static Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> InText(SentencePieceFile file)
    {
        Dictionary<string, int> pieces = new(StringComparer.Ordinal);
        for (int id = 0; id < file.Pieces.Count; id++)
        {
            if (file.Pieces[id].Type is SentencePieceType.Normal or SentencePieceType.UserDefined or SentencePieceType.Unused)
                pieces.Add(file.Pieces[id].Text, id);
        }
        return pieces.GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
