using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Akin.Datasets;
using Akin.Kernels;
using Akin.Search;
using Akin.Search.Graph;

namespace Akin.Cli.Verbs;

/// <summary><c>akin bench index</c>: how fast an HNSW graph is built, and what it finds how fast.</summary>
internal sealed class BenchIndexVerb : Verb
{
    private const int DefaultCount = 10;
    private const int DefaultRounds = 3;

    /// <summary>Queries that are timed together: so few that on a busy machine one of the rounds is left alone.</summary>
    private const int GroupSize = 20;

    /// <summary>How far below the exact k-th score an answer may lie: float32 sums in another order.</summary>
    private const float ScoreTolerance = 1e-6f;

    private readonly Option<string> _data = new("--data", "-d") { Description = "Vectors: a float32 matrix, .npy.", Required = true };
    private readonly Option<string> _queries = new("--queries") { Description = "Query vectors: a float32 matrix, .npy.", Required = true };
    private readonly Option<int?> _m = SharedOptions.Positive("--m", $"Links of a new vector on each level, {HnswOptions.Default.M} by default.");
    private readonly Option<int?> _efConstruction = SharedOptions.Positive(
        "--ef-construction", $"How many of the nearest vectors a new one chooses its links from, {HnswOptions.Default.EfConstruction} by default.");

    private readonly Option<string> _ef = new("--ef")
    {
        Description = "How many of the nearest vectors a search keeps, separated by commas.",
        DefaultValueFactory = _ => "20,50,100,200,400",
    };

    private readonly Option<int?> _count = SharedOptions.Positive("--k", $"How many vectors a query asks for, {DefaultCount} by default.");
    private readonly Option<string?> _precision = SharedOptions.OneOf("--precision", "What a walk reads: float32, the default, int8 or binary; answers are scored in float32.", "float32", "int8", "binary");
    private readonly Option<string?> _metric = SharedOptions.OneOf("--metric", "How vectors are compared: cosine, the default, dot or euclidean.", "cosine", "dot", "euclidean");
    private readonly Option<int?> _rounds = SharedOptions.Positive("--rounds", $"How often the queries are asked for each ef, {DefaultRounds} by default; of each few of them the best round counts.");

    public BenchIndexVerb()
        : base(
            "index",
            "Build an HNSW graph and measure its recall (an answer counts when its score reaches the exact k-th) and queries a second.",
            "akin bench index --data vectors.npy --queries queries.npy --m 16 --ef-construction 200 --ef 20,50,100 --k 10 --threads 1 --json")
    {
        foreach (Option option in new Option[] { _data, _queries, _m, _efConstruction, _ef, _count, _precision, _metric, _rounds })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        int[] efs = EfsOf(arguments.GetRequiredValue(_ef));
        NumpyMatrix data = NumpyMatrix.Read(arguments.GetRequiredValue(_data));
        NumpyMatrix queries = NumpyMatrix.Read(arguments.GetRequiredValue(_queries));
        if (data.ColumnCount != queries.ColumnCount || data.RowCount == 0 || queries.RowCount == 0)
        {
            throw new CommandException($"The vectors are {data.RowCount} x {data.ColumnCount} and the queries {queries.RowCount} x {queries.ColumnCount}: both need rows, of the same length.");
        }

        int count = Math.Min(arguments.GetValue(_count) ?? DefaultCount, data.RowCount);
        HnswOptions options = new()
        {
            M = arguments.GetValue(_m) ?? HnswOptions.Default.M,
            EfConstruction = arguments.GetValue(_efConstruction) ?? HnswOptions.Default.EfConstruction,
            Precision = Enum.Parse<VectorPrecision>(arguments.GetValue(_precision) ?? "float32", ignoreCase: true),
        };
        HnswIndex index = new(data.ColumnCount, Enum.Parse<VectorMetric>(arguments.GetValue(_metric) ?? "cosine", ignoreCase: true), options, data.RowCount);
        long start = Stopwatch.GetTimestamp();
        using (ProgressReport report = context.Progress("Indexing", "vectors", data.RowCount))
        {
            index.AddRange([.. Enumerable.Range(0, data.RowCount).Select(static row => (long)row)], data.Values, report, context.Cancellation);
        }

        double buildSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Print(context, data.RowCount, buildSeconds, Search(index, queries, efs, count, arguments.GetValue(_rounds) ?? DefaultRounds, context));
    }

    private static int[] EfsOf(string words) =>
        [.. words.Split(',', StringSplitOptions.TrimEntries).Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int ef) && ef >= 1
            ? ef
            : throw new CommandException($"--ef is numbers of 1 or more separated by commas, and '{word}' is none."))];

    private static List<SearchSpeed> Search(HnswIndex index, NumpyMatrix queries, int[] efs, int count, int rounds, CommandContext context)
    {
        float[] bounds = new float[queries.RowCount];
        HnswSearchOptions scan = new() { Method = HnswSearchMethod.Scan };
        SearchBody body = new(index, queries, count, scan, bounds, null);
        WorkerPool.Shared.For(bounds.Length, ref body);
        List<SearchSpeed> speeds = [];
        foreach (int ef in efs)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            int[] found = new int[queries.RowCount];
            SearchBody walk = new(index, queries, count, new HnswSearchOptions { EfSearch = ef, Method = HnswSearchMethod.Walk }, bounds, found);
            WorkerPool.Shared.For(found.Length, ref walk);
            double seconds = 0;
            for (int first = 0; first < found.Length; first += GroupSize)
            {
                SearchBody group = walk with { First = first };
                int groupCount = Math.Min(GroupSize, found.Length - first);
                seconds += Enumerable.Range(0, rounds).Min(_ =>
                {
                    long start = Stopwatch.GetTimestamp();
                    WorkerPool.Shared.For(groupCount, ref group);
                    return Stopwatch.GetElapsedTime(start).TotalSeconds;
                });
            }

            speeds.Add(new SearchSpeed(ef, (double)found.Sum() / ((double)count * found.Length), found.Length / seconds));
        }

        return speeds;
    }

    private static void Print(CommandContext context, int vectorCount, double buildSeconds, List<SearchSpeed> speeds)
    {
        if (context.Json)
        {
            JsonOutput.Write(context, new { Vectors = vectorCount, BuildSeconds = buildSeconds, Results = speeds });
            return;
        }

        context.Output.WriteLine($"built from {vectorCount:N0} vectors in {buildSeconds:F1} s");
        context.Output.WriteLine("     ef   recall  queries/s");
        foreach (SearchSpeed speed in speeds)
        {
            context.Output.WriteLine($"{speed.Ef,7}  {speed.Recall,7:F4}  {speed.Qps,9:N0}");
        }
    }

    /// <param name="Ef">What a search keeps.</param>
    /// <param name="Recall">The part of the wanted answers that was found.</param>
    /// <param name="Qps">Queries a second.</param>
    private sealed record SearchSpeed(int Ef, double Recall, double Qps);

    /// <summary>Asks one query: without <paramref name="found"/> its k-th score is the bound that answers have to reach, with it those that do are counted.</summary>
    private readonly struct SearchBody(HnswIndex index, NumpyMatrix queries, int count, HnswSearchOptions options, float[] bounds, int[]? found) : IParallelBody
    {
        public int First { get; init; }

        public void Execute(int taskIndex)
        {
            taskIndex += First;
            GraphHit[] hits = index.Search(queries.Row(taskIndex), count, options);
            if (found is null)
            {
                bounds[taskIndex] = hits[^1].Score - ScoreTolerance;
                return;
            }

            int good = 0;
            foreach (GraphHit hit in hits)
            {
                good += hit.Score >= bounds[taskIndex] ? 1 : 0;
            }

            found[taskIndex] = good;
        }
    }
}
