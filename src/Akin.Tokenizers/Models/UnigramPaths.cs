namespace Akin.Tokenizers.Models;

/// <summary>For every place of a text the best path of tokens that ends there (Viterbi, 1967). Kept clear between uses.</summary>
internal sealed class UnigramPaths
{
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

        /// <summary>The trie's node of the last token, or -1 for an unknown character.</summary>
        public int Node;
    }
}
