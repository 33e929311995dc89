namespace Akin.Tokenizers.Models;

/// <summary>For every place of a text the best path of tokens that ends there (Viterbi, 1967). Kept clear between uses.</summary>
internal sealed class UnigramPaths
{
    /// <summary>In place of a node: the character is no token.</summary>
    public const int Unknown = -1;

    private static readonly Ending Clean = new() { Score = double.NegativeInfinity };

    private Ending[] endings = [];

    /// <summary>Whether so much memory is in use that it should not be kept for later calls.</summary>
    public bool IsHuge => endings.Length > 1 << 16;

    /// <summary>The endings; all clear but those that were written since the last <see cref="Clear"/>.</summary>
    public Ending[] WithRoomFor(int places)
    {
        if (places > endings.Length)
        {
            int before = endings.Length;
            Array.Resize(ref endings, Math.Max(places, Math.Max(before * 2, 256)));
            endings.AsSpan(before).Fill(Clean);
        }
        return endings;
    }

    /// <summary>
    /// Finds the best path from the start of a text to the next place that every path goes through: what follows does not change it any
    /// more, so a long text is done in small parts.
    /// </summary>
    /// <typeparam name="TSum">How scores are added.</typeparam>
    /// <param name="trie">The tokens with their scores.</param>
    /// <param name="text">The text; not empty.</param>
    /// <param name="score">The score of the best path so far.</param>
    /// <param name="unknownScore">The score of a character that is no token.</param>
    /// <param name="firstUnknown">Where the first such character of a path is, or -1.</param>
    /// <returns>That place.</returns>
    public int Find<TSum>(DoubleArray trie, ReadOnlySpan<char> text, ref double score, double unknownScore, out int firstUnknown)
        where TSum : struct, IScoreSum
    {
        ushort[] codes = trie.Codes;
        DoubleArray.Node[] nodes = trie.Nodes;
        int firstBase = nodes[DoubleArray.Root].Base, room = trie.LongestPiece + 2;
        Ending[] endings = WithRoomFor(room);
        endings[0].Score = score;
        firstUnknown = -1;
        int reached = 0, at = 0; // the farthest end of a token that starts before the place that is being looked at
        do
        {
            if (at + room > endings.Length)
                endings = WithRoomFor(at + room);
            double here = endings[at].Score;
            int node = DoubleArray.Root, children = firstBase, end = at, last = at; // the last end of a token
            int size = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
            bool hasCharacter = false;
            while (end < text.Length)
            {
                int child = children + codes[text[end++]];
                ref readonly DoubleArray.Node found = ref nodes[child];
                if (found.Parent != node)
                    break;
                (node, children) = (child, found.Base);
                if (double.IsNaN(found.Score))
                    continue;
                double sum = TSum.Add(here, found.Score);
                ref Ending ending = ref endings[end];
                if (sum > ending.Score) // of equals the earlier start stays
                    (ending.Score, ending.Start, ending.Node) = (sum, at, node);
                hasCharacter |= end - at == size;
                last = end;
            }
            if (!hasCharacter)
            {
                ref Ending ending = ref endings[at + size];
                double sum = TSum.Add(here, unknownScore);
                if (sum > ending.Score)
                {
                    (ending.Score, ending.Start, ending.Node) = (sum, at, Unknown);
                    firstUnknown = firstUnknown < 0 ? at : firstUnknown;
                }
                last = Math.Max(last, at + size);
            }
            reached = Math.Max(reached, last);
            at += size;
        }
        while (at < reached);
        score = endings[at].Score;
        return at;
    }

    /// <summary>
    /// Turns the best path to a place around, in place: <see cref="Ending.Start"/> of a place on the path then says where the next token
    /// ends, from place 0 on.
    /// </summary>
    public void TurnAround(int end)
    {
        int following = 0;
        for (int place = end; place > 0;)
        {
            ref int start = ref endings[place].Start;
            (place, start, following) = (start, following, place);
        }
        endings[0].Start = following;
    }

    /// <summary>Clears the places up to one.</summary>
    public void Clear(int last) => endings.AsSpan(0, last + 1).Fill(Clean);

    /// <summary>The best path that ends at a place.</summary>
    public struct Ending
    {
        /// <summary>The sum of the scores.</summary>
        public double Score;

        /// <summary>Where the last token of the path starts.</summary>
        public int Start;

        /// <summary>The trie's node of the last token, or <see cref="Unknown"/>.</summary>
        public int Node;
    }
}
