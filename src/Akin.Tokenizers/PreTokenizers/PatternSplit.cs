using Akin.Tokenizers.Patterns;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts a piece at the matches of a pattern.</summary>
internal static class PatternSplit
{
    public static void Split(TextPiece piece, Pattern pattern, DelimiterBehavior behavior, bool invert, List<TextPiece> parts)
    {
        Joiner joiner = new(piece, behavior, parts);
        int end = 0;
        using PatternMatches matches = pattern.Matches(piece.Text);
        while (matches.MoveNext())
        {
            if (matches.Start > end)
                joiner.Add(end, matches.Start, invert);
            joiner.Add(matches.Start, matches.End, !invert);
            end = matches.End;
        }
        if (end < piece.Length)
            joiner.Add(end, piece.Length, invert);
        joiner.Finish();
    }

    /// <summary>Takes matches and what lies between them in reading order, and joins those that stay together.</summary>
    private struct Joiner(TextPiece piece, DelimiterBehavior behavior, List<TextPiece> parts)
    {
        private int openStart = -1; // of the part that may still grow; -1: there is none
        private int openEnd;
        private bool lastIsDelimiter;

        public void Add(int start, int end, bool isDelimiter)
        {
            bool joins = behavior switch
            {
                DelimiterBehavior.Removed or DelimiterBehavior.Isolated => false,
                DelimiterBehavior.MergedWithPrevious => isDelimiter && !lastIsDelimiter,
                DelimiterBehavior.MergedWithNext => !isDelimiter && lastIsDelimiter,
                _ => isDelimiter == lastIsDelimiter,
            };
            lastIsDelimiter = isDelimiter;
            if (joins && openStart >= 0)
            {
                openEnd = end;
                return;
            }
            Finish();
            if (behavior != DelimiterBehavior.Removed || !isDelimiter)
                (openStart, openEnd) = (start, end);
        }

        public void Finish()
        {
            if (openStart >= 0)
                parts.Add(piece.Slice(openStart, openEnd));
            openStart = -1;
        }
    }
}
