using System.CommandLine;
using System.Diagnostics;
using Akin.Pipelines;

namespace Akin.Cli.Verbs;

/// <summary><c>akin bench encode</c>: how fast a model embeds given token ids.</summary>
internal sealed class BenchEncodeVerb : Verb
{
    /// <summary>Values of the first vector that are printed, so that a comparison can check results before times.</summary>
    private const int CheckCount = 8;

    /// <summary>By then the runtime has compiled the hot code with full optimisation.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Measurement = TimeSpan.FromSeconds(3);
    private const int LeastWarmUps = 2;
    private const int LeastRuns = 3;

    private readonly Option<string?> _model = EncoderOptions.Model();
    private readonly Option<string> _input = new("--input", "-i") { Description = "Token ids: a JSON array a line, special tokens included (.jsonl, .jsonl.gz).", Required = true };
    private readonly Option<int?> _batchTokens = EncoderOptions.BatchTokens();

    public BenchEncodeVerb()
        : base(
            "encode",
            "Measure how many sequences and tokens a second a model embeds; pooling and normalising included, tokenizing not.",
            "akin bench encode --model ./all-MiniLM-L6-v2 --input ids.jsonl --threads 2 --json")
    {
        Add(_model);
        Add(_input);
        Add(_batchTokens);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        List<int[]> sequences = [.. TokenIdLines.Read(arguments.GetRequiredValue(_input))];
        SentenceTransformer model = ModelLoading.SentenceTransformer(
            context, DefaultModel.Or(arguments.GetValue(_model)), new SentenceTransformerOptions { WithoutTokenizer = true });
        EmbeddingOptions options = new() { Normalize = true, BatchTokens = arguments.GetValue(_batchTokens) };
        float[] vectors = new float[checked(sequences.Count * model.Dimension)];
        BatchCounter batches = new();

        List<double> seconds = [];
        Repeat(WarmUp, LeastWarmUps, seconds);
        seconds.Clear();
        batches.Count = 0;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        Repeat(Measurement, LeastRuns, seconds);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;

        seconds.Sort();
        double median = seconds[seconds.Count / 2];
        long tokens = sequences.Sum(ids => (long)Math.Min(ids.Length, model.MaxSequenceLength));
        Print(context, sequences.Count / median, tokens / median, median, (double)allocated / batches.Count, vectors[..Math.Min(CheckCount, model.Dimension)]);

        void Repeat(TimeSpan atLeast, int leastRuns, List<double> times)
        {
            // Room for every time, so that the list does not count as an allocation of the model's.
            times.EnsureCapacity(1 << 16);
            long start = Stopwatch.GetTimestamp();
            while (times.Count < leastRuns || (Stopwatch.GetElapsedTime(start) < atLeast && times.Count < times.Capacity))
            {
                long run = Stopwatch.GetTimestamp();
                model.EncodeTokenIds(sequences, vectors, options, batches, context.Cancellation);
                times.Add(Stopwatch.GetElapsedTime(run).TotalSeconds);
            }
        }
    }

    private static void Print(CommandContext context, double sequencesPerSecond, double tokensPerSecond, double seconds, double allocatedPerBatch, float[] check)
    {
        if (context.Json)
        {
            JsonOutput.Write(context, new
            {
                SequencesPerSecond = sequencesPerSecond,
                TokensPerSecond = tokensPerSecond,
                Seconds = seconds,
                AllocatedBytesPerBatch = allocatedPerBatch,
                Check = check,
            });
            return;
        }

        context.Output.WriteLine($"{sequencesPerSecond:N1} sequences a second, {tokensPerSecond:N0} tokens a second");
        context.Output.WriteLine($"{seconds * 1000:N2} ms for all (median), {allocatedPerBatch:N0} bytes allocated a batch");
    }

    /// <summary>Progress comes once a batch.</summary>
    private sealed class BatchCounter : IProgress<int>
    {
        public int Count { get; set; }

        public void Report(int value) => Count++;
    }
}
