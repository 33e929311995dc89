namespace Akin.Search.Graph;

/// <summary>Chooses the links of a node: near ones that do not lie behind each other.</summary>
/// <remarks>Malkov and Yashunin (2018), algorithm 4, without extension and without keeping what was pruned, as hnswlib does it.</remarks>
internal static unsafe class NeighborSelection
{
    private const int GroupSize = 4;

    /// <summary>A candidate is chosen unless a chosen one is nearer to it than the node is.</summary>
    /// <param name="distance">Any distance of the graph.</param>
    /// <param name="candidates">Candidates with their distances from the node, nearest first.</param>
    /// <param name="count">How many.</param>
    /// <param name="most">How many links there may be.</param>
    /// <param name="chosen">Receives the links, at least <paramref name="most"/> places.</param>
    /// <returns>How many were chosen.</returns>
    public static int Choose<TDistance>(TDistance distance, Candidate* candidates, int count, int most, int* chosen)
        where TDistance : struct, IRowDistance<TDistance>
    {
        float* between = stackalloc float[GroupSize];
        int chosenCount = 0;
        for (int i = 0; i < count && chosenCount < most; i++)
        {
            TDistance from = distance.From(candidates[i].Node);
            bool isHidden = false;
            for (int first = 0; first < chosenCount && !isHidden; first += GroupSize)
            {
                int groupCount = Math.Min(GroupSize, chosenCount - first);
                from.Of(chosen + first, groupCount, between);
                for (int j = 0; j < groupCount; j++)
                {
                    isHidden |= between[j] < candidates[i].Distance;
                }
            }

            if (!isHidden)
            {
                chosen[chosenCount++] = candidates[i].Node;
            }
        }

        return chosenCount;
    }
}
