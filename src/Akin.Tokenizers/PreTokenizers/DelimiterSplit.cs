using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts a piece at single code points of a class.</summary>
internal static class DelimiterSplit
{
    public static void Split(PreTokenizedText text, Func<int, bool> isDelimiter, DelimiterBehavior behavior)
    {
        text.Split((piece, parts) =>
        {
            ReadOnlySpan<char> characters = piece.Text;
            int start = 0; // of the part that is still open
            bool afterDelimiter = false;
            for (int i = 0; i < characters.Length;)
            {
                bool delimiter = isDelimiter(Utf16.CodePointAt(characters, i, out int size));
                int end = i + size;
                switch (behavior)
                {
                    case DelimiterBehavior.Removed when delimiter:
                        parts.Add(piece.Slice(start, i));
                        start = end;
                        break;
                    case DelimiterBehavior.Isolated when delimiter:
                        parts.Add(piece.Slice(start, i));
                        parts.Add(piece.Slice(i, end));
                        start = end;
                        break;
                    case DelimiterBehavior.MergedWithPrevious when delimiter:
                        parts.Add(piece.Slice(start, end));
                        start = end;
                        break;
                    case DelimiterBehavior.MergedWithNext when delimiter:
                    case DelimiterBehavior.Contiguous when delimiter != afterDelimiter:
                        parts.Add(piece.Slice(start, i));
                        start = i;
                        break;
                }
                afterDelimiter = delimiter;
                i = end;
            }
            parts.Add(piece.Slice(start, characters.Length));
        });
    }
}
