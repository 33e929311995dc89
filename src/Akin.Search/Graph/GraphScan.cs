using System.Collections.Concurrent;
using Akin.Kernels;
using Akin.Search.Vectors;

namespace Akin.Search.Graph;

/// <summary>Answers queries from a snapshot that has a graph: rows of the graph by walking it, those loaded since by comparing every one.</summary>
internal static class GraphScan
{
    public static RowScore[][] Run(
        VectorSnapshot snapshot,
        VectorMetric metric,
        float[] queries,
        int queryCount,
        int count,
        VectorPrecision precision,
        int breadth,
        KeySet? filter,
        ConcurrentBag<GraphWalk> walks,
        WorkerPool pool)
    {
        MappedGraph graph = snapshot.Graph!;
        // The loaded rows are few: float32 costs hardly more than codes would.
        RowScore[][] answers = ExactScan.Run(VectorSnapshot.Of(null, snapshot.Loaded), metric, queries, queryCount, count, VectorPrecision.Float32, filter, pool);
        Body body = new(graph, queries, count, precision == VectorPrecision.Binary && !graph.HasBits ? VectorPrecision.Float32 : precision, breadth, filter, walks, answers);
        pool.For(queryCount, ref body);
        return answers;
    }

    private readonly struct Body(
        MappedGraph graph,
        float[] queries,
        int count,
        VectorPrecision precision,
        int breadth,
        KeySet? filter,
        ConcurrentBag<GraphWalk> walks,
        RowScore[][] answers) : IParallelBody
    {
        public void Execute(int taskIndex)
        {
            int dimension = queries.Length / answers.Length;
            GraphWalk walk = walks.TryTake(out GraphWalk? rested) && rested.Places == graph.State.Links.GroundPlaces ? rested : new GraphWalk(dimension, graph.Options.M);
            queries.AsSpan(taskIndex * dimension, dimension).CopyTo(walk.Query.Span(0, dimension));
            GraphHit[] hits = GraphSearcher.Find(
                graph.State,
                walk,
                precision,
                Math.Min(count, graph.State.UsedCount),
                Math.Clamp(breadth, Math.Min(count, graph.State.UsedCount), Math.Max(1, graph.State.UsedCount)),
                graph.LiveCount,
                graph.DeadCount > 0,
                filter,
                HnswSearchMethod.Automatic);
            walks.Add(walk);
            answers[taskIndex] = [.. hits.Select(hit => new RowScore(hit.Key, hit.Score)).Concat(answers[taskIndex]).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Row).Take(count)];
        }
    }
}
