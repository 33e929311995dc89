using System.Diagnostics;
using Akin.Datasets.Tasks;
using Akin.Kernels;
using Akin.Models;
using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Benchmarks;

/// <summary>
/// Whole pipelines over real texts, from text to result, beside the model alone on the same texts in batches of 32 as they come, each filled up to its longest as programs that pad
/// compute them: what such a program also needs for tokens and results is given to it.
/// </summary>
internal static class PipelineBenchmark
{
    private const int BatchSize = 32;
    private const int RoundCount = 2;
    private const int TextCount = 5_000;
    private const int WindowLength = 384;
    private const int Stride = 128;

    /// <param name="pool">Threads.</param>
    /// <param name="folder">A model of the BERT family; it gets heads of random numbers.</param>
    /// <param name="sentences">Sentences in CoNLL's columns.</param>
    /// <param name="questions">Questions in SQuAD's JSON.</param>
    public static void Run(WorkerPool pool, string folder, string sentences, string questions)
    {
        LoadOptions random = new() { InitializesMissing = true, Labels = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"] };
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder);
        string heads = Directory.CreateTempSubdirectory("akin-pipelines-").FullName;
        try
        {
            AutoModelForTokenClassification.FromPretrained(folder, random).SavePretrained(heads);
            tokenizer.SavePretrained(heads);
            string[] texts = [.. ConllFiles.LoadFile(sentences).Select(row => string.Join(' ', row.Get<string[]>("tokens"))).Take(TextCount)];
            TokenClassificationPipeline entities = TokenClassificationPipeline.FromPretrained(heads, new TokenClassificationPipelineOptions { Pool = pool, AggregationStrategy = AggregationStrategy.Simple });
            Report("token-classification", pool, heads, texts.Length, () => entities.Classify(texts).Count(), tokenizer.EncodeBatch(texts), tokenizer);

            AutoModelForQuestionAnswering.FromPretrained(folder, random with { Labels = null }).SavePretrained(heads);
            (string, string)[] asked = [.. SquadFiles.LoadFile(questions).Select(row => (row.Get<string>("question"), row.Get<string>("context"))).Take(TextCount)];
            QuestionAnsweringPipeline answers = QuestionAnsweringPipeline.FromPretrained(
                heads, new QuestionAnsweringPipelineOptions { Pool = pool, MaxLength = WindowLength, DocStride = Stride });
            QuestionEncoder encoder = new(tokenizer, WindowLength, Stride);
            Report("question-answering", pool, heads, asked.Length, () => answers.Answer(asked).Count(), [.. asked.SelectMany(pair => encoder.Encode(pair.Item1, pair.Item2))], tokenizer);
        }
        finally
        {
            Directory.Delete(heads, recursive: true);
        }
    }

    private static void Report(string task, WorkerPool pool, string folder, int count, Func<int> pipeline, IReadOnlyList<Encoding> encodings, Tokenizer tokenizer)
    {
        var model = AutoModel.FromPretrained(folder, new LoadOptions { IgnoresUnexpected = true });
        ForwardContext context = new(pool);
        RaggedBatch batch = model.CreateBatch();
        int padding = tokenizer.PaddingId!.Value;
        int[][][] padded = [.. encodings.Chunk(BatchSize).Select(some => some.Select(encoding => Filled(encoding.Ids, some.Max(other => other.Length), padding)).ToArray())];
        double whole = double.MaxValue, filledUp = double.MaxValue;
        for (int round = 0; round < RoundCount; round++)
        {
            long start = Stopwatch.GetTimestamp();
            if (pipeline() != count)
            {
                throw new InvalidOperationException("A text has no result.");
            }

            whole = Math.Min(whole, Stopwatch.GetElapsedTime(start).TotalSeconds);
            start = Stopwatch.GetTimestamp();
            foreach (int[][] texts in padded)
            {
                batch.Clear();
                foreach (int[] ids in texts)
                {
                    batch.Add(ids);
                }

                using ForwardScope scope = context.Scope();
                model.Forward(context, batch);
            }

            filledUp = Math.Min(filledUp, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        int tokens = encodings.Sum(encoding => encoding.Length), all = padded.Sum(texts => texts.Sum(ids => ids.Length));
        Console.WriteLine($"{task,-22} {count} texts, {tokens} tokens: {whole:F1} s; padded {all} tokens: {filledUp:F1} s for the model alone: {filledUp / whole:F2} times as fast");
    }

    private static int[] Filled(int[] ids, int length, int padding) => [.. ids, .. Enumerable.Repeat(padding, length - ids.Length)];
}
