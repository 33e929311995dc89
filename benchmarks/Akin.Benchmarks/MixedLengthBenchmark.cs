using System.Diagnostics;
using Akin.Datasets;
using Akin.Kernels;
using Akin.Models;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;
using Akin.Training.Optimizers;

namespace Akin.Benchmarks;

/// <summary>Training steps on real texts of mixed length, as they are and filled up to the longest of their batch as programs that pad compute them.</summary>
internal static class MixedLengthBenchmark
{
    private const int BatchSize = 32;
    private const int BatchCount = 8;
    private const int RoundCount = 3;

    /// <param name="pool">Threads.</param>
    /// <param name="folder">A model of the BERT family.</param>
    /// <param name="file">A text a line.</param>
    public static void Run(WorkerPool pool, string folder, string file)
    {
        SequenceClassificationModel model = AutoModelForSequenceClassification.FromPretrained(
            folder, new LoadOptions { IsTrainable = true, InitializesMissing = true, Labels = ["0", "1"] });
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder);
        EncodeOptions cut = new() { Truncation = new Truncation(128) };
        int[][] texts = [.. tokenizer.EncodeBatch([.. TextLines.Read(file).Select(line => line.Text)], cut).Select(encoding => encoding.Ids)];
        new Random(1).Shuffle(texts); // as a trainer does
        int[][][] batches = [.. texts.Chunk(BatchSize).Take(BatchCount)];
        int padding = tokenizer.PaddingId!.Value;
        int[][][] padded = [.. batches.Select(batch => batch.Select(ids => Fill(ids, batch.Max(other => other.Length), padding)).ToArray())];

        ForwardContext context = new(pool, new Tape());
        AdamW optimizer = new(model.Parameters, learningRate: 1e-5);
        double asTheyAre = double.MaxValue, filledUp = double.MaxValue;
        for (int round = 0; round <= RoundCount; round++) // the first warms up
        {
            asTheyAre = Math.Min(asTheyAre, Seconds(model, context, optimizer, batches));
            filledUp = Math.Min(filledUp, Seconds(model, context, optimizer, padded));
        }

        (int tokens, int all) = (Count(batches), Count(padded));
        Console.WriteLine(
            $"{Path.GetFileName(file),-24} {asTheyAre / BatchCount * 1e3,6:F0} ms a step of {tokens / BatchCount} tokens, padded {filledUp / BatchCount * 1e3:F0} ms of {all / BatchCount}: " +
            $"{filledUp / asTheyAre:F2} times as fast");
    }

    private static double Seconds(SequenceClassificationModel model, ForwardContext context, AdamW optimizer, int[][][] batches)
    {
        RaggedBatch batch = model.CreateBatch();
        long start = Stopwatch.GetTimestamp();
        foreach (int[][] texts in batches)
        {
            batch.Clear();
            foreach (int[] ids in texts)
            {
                batch.Add(ids);
            }

            context.DropoutSeed++;
            context.Backward(model.Loss(context, model.Forward(context, batch), new int[texts.Length]));
            context.Reset();
            double norm = GradientClipping.Norm(model.Parameters, pool: context.Pool);
            optimizer.Step(GradientClipping.Factor(norm, maxNorm: 1), context.Pool);
            optimizer.ClearGradients();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static int[] Fill(int[] ids, int length, int padding) => [.. ids, .. Enumerable.Repeat(padding, length - ids.Length)];

    private static int Count(int[][][] batches) => batches.Sum(batch => batch.Sum(ids => ids.Length));
}
