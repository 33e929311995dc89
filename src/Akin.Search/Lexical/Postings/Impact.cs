namespace Akin.Search.Lexical.Postings;

/// <summary>How often a document has a term, and how long it is: what its score follows from.</summary>
/// <param name="Frequency">Occurrences, in units of the index.</param>
/// <param name="Length">The document's length, in units of the index.</param>
internal readonly record struct Impact(int Frequency, int Length)
{
    public const int SizeBytes = 2 * sizeof(int);

    /// <summary>Reduces the impacts of a block to those that no other of them outdoes, frequencies ascending: the best score of the block is that of one of them, whatever the weights.</summary>
    public static void KeepBest(List<Impact> impacts)
    {
        impacts.Sort(static (left, right) => left.Frequency != right.Frequency ? right.Frequency.CompareTo(left.Frequency) : left.Length.CompareTo(right.Length));
        int shortest = int.MaxValue;
        impacts.RemoveAll(impact =>
        {
            // Less frequent than all before it: worth keeping only if it is shorter.
            bool isOutdone = impact.Length >= shortest;
            shortest = Math.Min(shortest, impact.Length);
            return isOutdone;
        });
        impacts.Reverse();
    }
}
