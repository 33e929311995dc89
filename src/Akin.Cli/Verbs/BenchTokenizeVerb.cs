using System.CommandLine;
using System.Diagnostics;
using Akin.Datasets;
using Akin.Tokenizers;

namespace Akin.Cli.Verbs;

/// <summary><c>akin bench tokenize</c>: how fast a tokenizer is, with ids only and with everything an encoding has.</summary>
internal sealed class BenchTokenizeVerb : Verb
{
    private static readonly TimeSpan Measurement = TimeSpan.FromSeconds(3);
    private const int LeastRuns = 3;
    private const int LoadRuns = 10;

    /// <summary>Texts that a thread takes at a time.</summary>
    private const int BatchSize = 1000;

    private readonly Option<string?> _model = TokenizerOptions.Model();
    private readonly Option<string> _input = new("--input", "-i") { Description = "Texts: .txt (one a line), .jsonl (field text), .csv, .tsv, each also .gz.", Required = true };

    public BenchTokenizeVerb()
        : base(
            "tokenize",
            "Measure how many tokens a second a tokenizer makes: ids only, and encodings with offsets, words and masks; special tokens added, nothing cut.",
            "akin bench tokenize --model ./all-MiniLM-L6-v2 --input texts.txt --threads 1 --json")
    {
        Add(_model);
        Add(_input);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string[] texts = [.. TextRecords.Read(arguments.GetRequiredValue(_input)).Select(record => record.Text)];
        if (texts.Length == 0)
        {
            throw new CommandException($"'{arguments.GetRequiredValue(_input)}' has no texts.");
        }

        string model = DefaultModel.Or(arguments.GetValue(_model));
        Tokenizer tokenizer = TokenizerOptions.Load(context, model);
        double loadSeconds = Enumerable.Range(0, LoadRuns).Min(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            TokenizerOptions.Load(context, model);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        });
        int threadCount = arguments.GetValue(SharedOptions.Threads) ?? Environment.ProcessorCount;
        string[][] batches = [.. texts.Chunk(BatchSize)];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threadCount, CancellationToken = context.Cancellation };

        // A text has at most a token for each of its UTF-8 bytes, and a few special ones.
        int longest = texts.Max(static text => System.Text.Encoding.UTF8.GetByteCount(text)) + tokenizer.CountSpecialTokens() + 1;
        using ThreadLocal<int[]> buffers = new(() => new int[longest]);
        long tokens = batches.Sum(batch => batch.Sum(text => (long)tokenizer.EncodeIds(text, buffers.Value)));

        (double idSeconds, long idBytes) = Measure(batch =>
        {
            foreach (string text in batch)
            {
                tokenizer.EncodeIds(text, buffers.Value);
            }
        });
        (double encodingSeconds, _) = Measure(batch =>
        {
            foreach (string text in batch)
            {
                tokenizer.Encode(text);
            }
        });
        double megabytes = texts.Sum(static text => (double)System.Text.Encoding.UTF8.GetByteCount(text)) / 1e6;
        Print(context, new TokenizerSpeed(
            texts.Length, tokens, tokens / idSeconds, tokens / encodingSeconds, megabytes / idSeconds, megabytes / encodingSeconds, (double)idBytes / texts.Length, loadSeconds));

        (double Seconds, long Bytes) Measure(Action<string[]> encode)
        {
            List<double> times = new(1 << 12);
            for (int run = 0; run < 2; run++)
            {
                Run();
            }

            long bytes = GC.GetTotalAllocatedBytes(precise: true);
            for (long start = Stopwatch.GetTimestamp(); times.Count < LeastRuns || (Stopwatch.GetElapsedTime(start) < Measurement && times.Count < times.Capacity);)
            {
                long run = Stopwatch.GetTimestamp();
                Run();
                times.Add(Stopwatch.GetElapsedTime(run).TotalSeconds);
            }

            bytes = (GC.GetTotalAllocatedBytes(precise: true) - bytes) / times.Count;
            times.Sort();
            return (times[times.Count / 2], bytes);

            void Run()
            {
                if (threadCount == 1)
                {
                    Array.ForEach(batches, encode);
                }
                else
                {
                    Parallel.ForEach(batches, parallel, encode);
                }
            }
        }
    }

    private static void Print(CommandContext context, TokenizerSpeed speed)
    {
        if (context.Json)
        {
            JsonOutput.Write(context, speed);
            return;
        }

        context.Output.WriteLine($"ids only:  {speed.TokensPerSecond:N0} tokens a second, {speed.MegabytesPerSecond:N1} MB/s, {speed.AllocatedBytesPerText:N1} bytes allocated a text");
        context.Output.WriteLine($"encodings: {speed.TokensPerSecondWithOffsets:N0} tokens a second, {speed.MegabytesPerSecondWithOffsets:N1} MB/s");
        context.Output.WriteLine($"loaded in {speed.LoadSeconds * 1000:N0} ms (warm)");
    }

    private sealed record TokenizerSpeed(
        int Texts,
        long Tokens,
        double TokensPerSecond,
        double TokensPerSecondWithOffsets,
        double MegabytesPerSecond,
        double MegabytesPerSecondWithOffsets,
        double AllocatedBytesPerText,
        double LoadSeconds);
}
