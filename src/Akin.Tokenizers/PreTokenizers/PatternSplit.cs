using Akin.Tokenizers.Patterns;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts a piece at the matches of a pattern.</summary>
/// <param name="Pattern">What to look for.</param>
/// <param name="Behavior">What becomes of the matches.</param>
/// <param name="Invert">Whether matches and what lies between them change their parts.</param>
internal readonly record struct PatternSplit(Pattern Pattern, DelimiterBehavior Behavior, bool Invert) : IPieceCutter
{
    public void Cut(TextPiece piece, List<TextPiece> parts)
    {
        Joiner joiner = new(piece, Behavior, parts);
        int end = 0;
        using PatternMatches matches = Pattern.Matches(piece.Text);
        while (matches.MoveNext())
        {
            if (matches.Start > end)
                joiner.Add(end, matches.Start, Invert);
            joiner.Add(matches.Start, matches.End, !Invert);
            end = matches.End;
        }
        if (end < piece.Length)
            joiner.Add(end, piece.Length, Invert);
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
