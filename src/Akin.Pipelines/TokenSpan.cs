namespace Akin.Pipelines;

/// <summary>A span of tokens that may be an answer.</summary>
/// <param name="Start">Its first token.</param>
/// <param name="End">Its last token.</param>
/// <param name="Score">How well it answers: the logit of its start plus the logit of its end.</param>
public readonly record struct TokenSpan(int Start, int End, double Score)
{
    /// <summary>Finds the best spans: every pair of a start and an end that is not before it.</summary>
    /// <param name="startLogits">How well an answer starts at a token, <c>[tokens]</c>.</param>
    /// <param name="endLogits">How well an answer ends at a token, <c>[tokens]</c>.</param>
    /// <param name="context">The tokens that an answer may consist of.</param>
    /// <param name="count">How many spans to find at most.</param>
    /// <param name="maxAnswerLength">Tokens of the longest answer.</param>
    /// <returns>The best first; of equally good ones the first in the text, then the shorter one. Fewer when there are fewer.</returns>
    public static IReadOnlyList<TokenSpan> FindBest(
        ReadOnlySpan<float> startLogits, ReadOnlySpan<float> endLogits, Range context, int count, int maxAnswerLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAnswerLength, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(endLogits.Length, startLogits.Length);
        (int first, int length) = context.GetOffsetAndLength(startLogits.Length);
        List<TokenSpan> best = [];
        for (int start = first; start < first + length; start++)
        {
            int last = (int)Math.Min((long)start + maxAnswerLength, first + length) - 1;
            for (int end = start; end <= last; end++)
            {
                double score = (double)startLogits[start] + endLogits[end];
                if (best.Count == count && !(score > best[^1].Score))
                {
                    continue;
                }

                int place = best.Count;
                while (place > 0 && score > best[place - 1].Score)
                {
                    place--;
                }

                if (best.Count == count)
                {
                    best.RemoveAt(count - 1);
                }

                best.Insert(place, new TokenSpan(start, end, score));
            }
        }

        return best;
    }
}
