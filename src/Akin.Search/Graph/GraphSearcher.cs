using Akin.Kernels;

namespace Akin.Search.Graph;

/// <summary>Answers queries from a graph: walks it, or compares every accepted vector where a filter leaves so few that this costs less.</summary>
internal static unsafe class GraphSearcher
{
    // Each node whose links are followed brings about so many new distances (measured on sentence embeddings, M 16; those of larger graphs differ little).
    private const int DistancesPerStep = 12;

    private const int ScanGroup = 256;

    /// <summary>Finds the nearest accepted vectors of a prepared query, which lies in <see cref="GraphWalk.Query"/>.</summary>
    /// <param name="state">The graph.</param>
    /// <param name="walk">Memory to work in; <see cref="GraphWalk.Query"/> holds the query.</param>
    /// <param name="precision">What the walk reads.</param>
    /// <param name="count">How many to find at most.</param>
    /// <param name="breadth">How many the walk keeps, at least <paramref name="count"/>.</param>
    /// <param name="liveCount">Nodes that are not deleted.</param>
    /// <param name="hasTombstones">Whether links lead to deleted nodes.</param>
    /// <param name="filter">The keys that may be found, or null.</param>
    /// <param name="method">How to look.</param>
    /// <returns>The answer, nearest first; equal scores by key.</returns>
    public static GraphHit[] Find(
        GraphState state,
        GraphWalk walk,
        VectorPrecision precision,
        int count,
        int breadth,
        int liveCount,
        bool hasTombstones,
        KeySet? filter,
        HnswSearchMethod method)
    {
        if (!state.Links.TryReadEntry(out int entry, out int top) || liveCount == 0)
        {
            return [];
        }

        FloatDistance exact = new(state.Vectors, walk.Query.Pointer);
        LiveNodes acceptance = new(state, filter);
        // Comparing all that are accepted costs `accepted` distances; a walk that goes through the others meets one of them every liveCount / accepted nodes.
        long accepted = filter is null ? liveCount : Math.Min(liveCount, filter.Count);
        double walked = (double)breadth * DistancesPerStep * liveCount / Math.Max(1, accepted);
        if (method == HnswSearchMethod.Scan || (method == HnswSearchMethod.Automatic && walked >= accepted))
        {
            return Scan(state, walk, exact, acceptance, count);
        }

        bool isPlain = filter is null && !hasTombstones;
        // A filter whose vectors lie far from the query makes the walk longer than expected: then it is given up in favour of the scan.
        long budget = filter is null || method == HnswSearchMethod.Walk ? long.MaxValue : accepted;
        int found;
        switch (precision)
        {
            case VectorPrecision.Int8:
                GraphVectors.Encode(walk.Query.Span(0, state.Vectors.Dimension), walk.QueryCodes.Span(0, state.Vectors.Dimension), out float scale);
                found = Walk(state.Links, walk, new CodeDistance(state.Vectors, walk.QueryCodes.Pointer, scale), entry, top, breadth, isPlain, acceptance, budget);
                found = Math.Min(found, Math.Max(count * VectorIndex.RescoringFactor, VectorIndex.LeastCandidateCount));
                break;
            case VectorPrecision.Binary:
                GraphVectors.SignsOf(walk.Query.Span(0, state.Vectors.Dimension), state.Vectors.Center, walk.QueryBits.Span(0, state.Vectors.BitWords));
                found = Walk(state.Links, walk, new BitDistance(state.Vectors, walk.QueryBits.Pointer), entry, top, breadth, isPlain, acceptance, budget);
                break;
            default:
                found = Walk(state.Links, walk, exact, entry, top, breadth, isPlain, acceptance, budget);
                break;
        }

        if (found < 0)
        {
            return Scan(state, walk, exact, acceptance, count);
        }

        if (precision != VectorPrecision.Float32)
        {
            Rescore(exact, walk.Found, found);
        }

        return Answer(state, walk, found, count);
    }

    private static int Walk<TDistance>(
        GraphLinks links, GraphWalk walk, TDistance distance, int entry, int top, int breadth, bool isPlain, LiveNodes acceptance, long budget)
        where TDistance : struct, IRowDistance<TDistance>
    {
        float nearest;
        int node = entry;
        distance.Of(&node, 1, &nearest);
        walk.Descend(links, distance, top, 0, ref node, ref nearest);
        return isPlain
            ? walk.Search(links, distance, node, nearest, 0, breadth)
            : walk.SearchAccepted(links, distance, node, nearest, breadth, acceptance, budget);
    }

    /// <summary>Gives candidates their exact distances and sorts them by these.</summary>
    private static void Rescore(FloatDistance exact, Candidate* candidates, int count)
    {
        int* nodes = stackalloc int[ScanGroup];
        float* distances = stackalloc float[ScanGroup];
        for (int first = 0; first < count; first += ScanGroup)
        {
            int groupCount = Math.Min(ScanGroup, count - first);
            for (int i = 0; i < groupCount; i++)
            {
                nodes[i] = candidates[first + i].Node;
            }

            exact.Of(nodes, groupCount, distances);
            for (int i = 0; i < groupCount; i++)
            {
                candidates[first + i].Distance = distances[i];
            }
        }

        new Span<Candidate>(candidates, count).Sort();
    }

    /// <summary>Compares every accepted vector.</summary>
    private static GraphHit[] Scan<TAcceptance>(GraphState state, GraphWalk walk, FloatDistance exact, TAcceptance acceptance, int count)
        where TAcceptance : struct, IAcceptance
    {
        int* nodes = stackalloc int[ScanGroup];
        float* distances = stackalloc float[ScanGroup];
        int used = state.UsedCount;
        count = Math.Min(count, used);
        if (count == 0)
        {
            return [];
        }

        TopK best = new(count);
        int groupCount = 0;
        for (int node = 0; node < used; node++)
        {
            if (acceptance.Accepts(node))
            {
                nodes[groupCount++] = node;
            }

            if (groupCount == ScanGroup || (node == used - 1 && groupCount > 0))
            {
                exact.Of(nodes, groupCount, distances);
                for (int i = 0; i < groupCount; i++)
                {
                    best.Add(nodes[i], -distances[i]);
                }

                groupCount = 0;
            }
        }

        int[] rows = new int[best.Count];
        float[] scores = new float[rows.Length];
        int found = best.Drain(rows, scores);
        Candidate* candidates = walk.Room(Math.Max(1, found));
        for (int i = 0; i < found; i++)
        {
            candidates[i] = new Candidate(-scores[i], rows[i]);
        }

        return Answer(state, walk, found, count);
    }

    /// <summary>The first candidates with the scores that exact search gives them, bit for bit.</summary>
    private static GraphHit[] Answer(GraphState state, GraphWalk walk, int found, int count)
    {
        GraphVectors vectors = state.Vectors;
        GraphHit[] hits = new GraphHit[Math.Min(found, count)];
        ReadOnlySpan<float> query = walk.Query.Span(0, vectors.Dimension);
        for (int i = 0; i < hits.Length; i++)
        {
            int node = walk.Found[i].Node;
            float score = 0;
            Distances.Scores(vectors.Metric, query, vectors.Dimension, vectors.Row(node), new Span<float>(ref score), WorkerPool.Serial);
            hits[i] = new GraphHit(state.Keys[node], score);
        }

        Array.Sort(hits, static (left, right) => left.Score != right.Score ? right.Score.CompareTo(left.Score) : left.Key.CompareTo(right.Key));
        return hits;
    }
}
