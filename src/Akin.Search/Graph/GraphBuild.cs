using System.Collections.Concurrent;
using Akin.Kernels;
using Akin.Search.Vectors;

namespace Akin.Search.Graph;

/// <summary>Makes the graph of a vector file: anew, or out of the one of an earlier state by leading it around what was deleted and adding what is new.</summary>
internal static unsafe class GraphBuild
{
    private const int BatchSize = 4096;

    // The first ones are added by one thread: several would not see each other's, and the graph would begin in pieces.
    private const int SerialCount = 256;

    /// <param name="vectors">The vector file, rows ascending.</param>
    /// <param name="settings">How the graph is built.</param>
    /// <param name="former">The graph of an earlier state, or null. It stays as it is.</param>
    /// <param name="pool">The threads that build.</param>
    /// <param name="progress">Told how many rows are linked.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static GraphState Run(
        MappedBlock vectors, VectorIndexSettings settings, MappedGraph? former, WorkerPool pool, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        HnswOptions options = settings.Graph;
        int count = vectors.Count;
        byte[] levels = new byte[count];
        int upperCount = 0;
        for (int node = 0; node < count; node++)
        {
            levels[node] = GraphLevels.Of(options.Seed, vectors.RowNumbers[node], options.M);
            upperCount = checked(upperCount + levels[node]);
        }

        GraphVectors rows = BitsOf(vectors, settings.Precision, pool);
        GraphState state = new(rows, GraphLinks.Allocate(options.M, count, upperCount), vectors.RowNumbers) { UsedCount = count };
        for (int node = 0; node < count; node++)
        {
            state.Links.AddLevels(node, levels[node]);
        }

        GraphLocks locks = new();
        ConcurrentBag<GraphInserter> inserters = [];
        GraphInserter Rent() => inserters.TryTake(out GraphInserter? rested) ? rested : new GraphInserter(options, vectors.Dimension, locks);
        if (former is not null && former.Options.M == options.M && former.State.UsedCount > 0)
        {
            TakeOver(former, state, options, pool, Rent, inserters.Add);
        }

        Insert(state, pool, Rent, inserters.Add, progress, cancellationToken);
        return state;
    }

    /// <summary>Links every node that is not linked yet.</summary>
    private static void Insert(
        GraphState state, WorkerPool pool, Func<GraphInserter> rent, Action<GraphInserter> giveBack, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        int[] waiting = [.. Enumerable.Range(0, state.UsedCount).Where(state.IsDead)];
        int linked = state.UsedCount - waiting.Length;
        for (int first = 0; first < waiting.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int size = linked == 0 ? 1 : linked < SerialCount ? SerialCount : BatchSize;
            InsertBody body = new(state, waiting.AsMemory(first, Math.Min(size, waiting.Length - first)), rent, giveBack);
            (linked < SerialCount ? WorkerPool.Serial : pool).For(body.TaskCount, ref body);
            first += size;
            linked = state.UsedCount - waiting.Length + Math.Min(first, waiting.Length);
            progress?.Report(linked);
        }
    }

    /// <summary>Copies the links among rows that are still there.</summary>
    private static void TakeOver(
        MappedGraph former, GraphState state, HnswOptions options, WorkerPool pool, Func<GraphInserter> rent, Action<GraphInserter> giveBack)
    {
        GraphState old = former.State;
        // The former graph is searched meanwhile and lies in a file: the links are changed in a copy.
        GraphState copy = new(old.Vectors, GraphLinks.Allocate(options.M, old.UsedCount, old.Links.UpperCapacity), old.Keys) { UsedCount = old.UsedCount };
        int[] same = [.. Enumerable.Range(0, old.UsedCount)];
        for (int node = 0; node < same.Length; node++)
        {
            copy.Links.AddLevels(node, old.Links.Levels[node]);
        }

        GraphCopy.CopyLinks(old, copy, same, pool);
        int[] places = new int[old.UsedCount];
        ReadOnlySpan<long> rows = new(state.Keys, state.UsedCount);
        for (int node = 0; node < places.Length; node++)
        {
            int place = rows.BinarySearch(old.Keys[node]);
            places[node] = place >= 0 ? place : GraphLinks.None;
            if (place < 0)
            {
                copy.SetDead(node);
            }
        }

        GraphRepair.Run(copy, options, pool, rent, giveBack);
        GraphCopy.CopyLinks(copy, state, places, pool);
    }

    private static GraphVectors BitsOf(MappedBlock vectors, VectorPrecision precision, WorkerPool pool)
    {
        const int SampleCount = 4096;
        int count = vectors.Count;
        if (precision != VectorPrecision.Binary || count == 0)
        {
            return vectors.ToGraphVectors(null, null);
        }

        PinnedMemory<float> center = new(vectors.Dimension);
        PinnedMemory<ulong> bits = new((long)count * GraphVectors.WordsOf(vectors.Dimension));
        GraphVectors.MeanOf(vectors.Vectors(0, Math.Min(SampleCount, count)), vectors.Dimension, center.Span(0, vectors.Dimension));
        BitBody body = new(vectors, bits, center);
        pool.For((count + BitBody.RowsPerTask - 1) / BitBody.RowsPerTask, ref body);
        return vectors.ToGraphVectors(bits.Pointer, center.Pointer, bits, center);
    }

    private readonly struct InsertBody(GraphState state, ReadOnlyMemory<int> nodes, Func<GraphInserter> rent, Action<GraphInserter> giveBack) : IParallelBody
    {
        private const int NodesPerTask = 16;

        public int TaskCount => (nodes.Length + NodesPerTask - 1) / NodesPerTask;

        public void Execute(int taskIndex)
        {
            GraphInserter inserter = rent();
            FloatDistance distance = new(state.Vectors, null);
            foreach (int node in nodes.Span[(taskIndex * NodesPerTask)..Math.Min(nodes.Length, (taskIndex + 1) * NodesPerTask)])
            {
                inserter.Insert(state, distance.From(node), node);
                state.SetLive(node);
            }

            giveBack(inserter);
        }
    }

    private readonly struct BitBody(MappedBlock vectors, PinnedMemory<ulong> bits, PinnedMemory<float> center) : IParallelBody
    {
        public const int RowsPerTask = 1024;

        public void Execute(int taskIndex)
        {
            int words = GraphVectors.WordsOf(vectors.Dimension);
            int end = Math.Min(vectors.Count, (taskIndex + 1) * RowsPerTask);
            for (int row = taskIndex * RowsPerTask; row < end; row++)
            {
                GraphVectors.SignsOf(vectors.Vectors(row, 1), center.Pointer, bits.Span((long)row * words, words));
            }
        }
    }
}
