using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts a piece at single code points that have a flag.</summary>
/// <param name="flag">What makes a code point a delimiter.</param>
/// <param name="behavior">What becomes of the delimiters.</param>
internal readonly struct DelimiterSplit(CharacterFlags flag, DelimiterBehavior behavior) : IPieceCutter
{
    public void Cut(TextPiece piece, List<TextPiece> parts)
    {
        if (behavior == DelimiterBehavior.Removed)
            CutAndRemove(piece, parts);
        else
            CutAndKeep(piece, parts);
    }

    private void CutAndRemove(TextPiece piece, List<TextPiece> parts)
    {
        ReadOnlySpan<char> characters = piece.Text;
        for (int i = 0; i < characters.Length;)
        {
            int size, start = i;
            while (i < characters.Length && !UnicodeTables.Is(Utf16.CodePointAt(characters, i, out size), flag))
                i += size;
            if (i > start)
                parts.Add(piece.Slice(start, i));
            while (i < characters.Length && UnicodeTables.Is(Utf16.CodePointAt(characters, i, out size), flag))
                i += size;
        }
    }

    private void CutAndKeep(TextPiece piece, List<TextPiece> parts)
    {
        ReadOnlySpan<char> characters = piece.Text;
        int start = 0; // of the part that is still open
        bool afterDelimiter = false;
        for (int i = 0; i < characters.Length;)
        {
            bool delimiter = UnicodeTables.Is(Utf16.CodePointAt(characters, i, out int size), flag);
            int end = i + size;
            bool cutBefore = behavior switch
            {
                DelimiterBehavior.Contiguous => delimiter != afterDelimiter,
                DelimiterBehavior.MergedWithPrevious => false,
                _ => delimiter,
            };
            if (cutBefore && i > start)
            {
                parts.Add(piece.Slice(start, i));
                start = i;
            }
            if (delimiter && behavior is (DelimiterBehavior.Isolated or DelimiterBehavior.MergedWithPrevious))
            {
                parts.Add(piece.Slice(start, end));
                start = end;
            }
            afterDelimiter = delimiter;
            i = end;
        }
        if (start < characters.Length)
            parts.Add(piece.Slice(start, characters.Length));
    }
}
