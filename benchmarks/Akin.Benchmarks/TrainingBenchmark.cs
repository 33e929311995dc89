using System.Diagnostics;
using System.Text.Json.Nodes;
using Akin.Kernels;
using Akin.Models;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Training.Optimizers;

namespace Akin.Benchmarks;

/// <summary>Whole training steps of BERT classifiers against the peak of fused multiply-adds measured in the same run.</summary>
internal static class TrainingBenchmark
{
    private static readonly Size MiniLM = new("MiniLM-L6", HiddenSize: 384, LayerCount: 6, IntermediateSize: 1536);
    private static readonly Size BertBase = new("BERT-base", HiddenSize: 768, LayerCount: 12, IntermediateSize: 3072);

    public static void Run(WorkerPool pool, string? only)
    {
        foreach ((Size size, int batchSize, int length) in ((Size, int, int)[])[(MiniLM, 32, 64), (MiniLM, 32, 128), (BertBase, 8, 64), (BertBase, 32, 128)])
        {
            string name = $"{size.Name} {batchSize}x{length}";
            if (only is null || name.Contains(only, StringComparison.Ordinal))
            {
                Measure(pool, name, size, batchSize, length);
            }
        }
    }

    private static void Measure(WorkerPool pool, string name, Size size, int batchSize, int length)
    {
        JsonObject config = new()
        {
            ["model_type"] = "bert",
            ["hidden_size"] = size.HiddenSize,
            ["num_hidden_layers"] = size.LayerCount,
            ["num_attention_heads"] = 12,
            ["intermediate_size"] = size.IntermediateSize,
        };
        SequenceClassificationModel model = AutoModelForSequenceClassification.FromConfig(config, new LoadOptions { IsTrainable = true });
        ForwardContext context = new(pool, new Tape());
        RaggedBatch batch = model.CreateBatch();
        Random random = new(1);
        int[] labels = new int[batchSize];
        for (int i = 0; i < batchSize; i++)
        {
            batch.Add([.. Enumerable.Range(0, length).Select(_ => random.Next(1000, 30000))]);
            labels[i] = random.Next(2);
        }

        double peak = HardwareCeiling.MeasureFlopsPerSecond(pool);
        double flops = 3.0 * batchSize * length * size.LayerCount * ((24.0 * size.HiddenSize * size.HiddenSize) + (4.0 * length * size.HiddenSize));
        int runCount = (int)Math.Clamp(20 * peak * 0.5 / flops, 3, 20);
        double forward = double.MaxValue, backward = double.MaxValue, update = double.MaxValue, best = double.MaxValue;
        AdamW optimizer = new(model.Parameters, learningRate: 1e-5);
        for (int run = 0; run <= runCount; run++)
        {
            context.DropoutSeed = (ulong)run;
            long start = Stopwatch.GetTimestamp();
            Tensor loss = model.Loss(context, model.Forward(context, batch), labels);
            double middle = Stopwatch.GetElapsedTime(start).TotalSeconds;
            context.Backward(loss);
            context.Reset();
            double end = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double norm = GradientClipping.Norm(model.Parameters, pool: pool);
            optimizer.Step(GradientClipping.Factor(norm, maxNorm: 1), pool);
            optimizer.ClearGradients();
            double last = Stopwatch.GetElapsedTime(start).TotalSeconds;
            forward = Math.Min(forward, middle);
            backward = Math.Min(backward, end - middle);
            update = Math.Min(update, last - end);
            best = Math.Min(best, last);
        }

        peak = Math.Max(peak, HardwareCeiling.MeasureFlopsPerSecond(pool));
        Console.WriteLine(
            $"{name,-18} {best * 1e3,7:F0} ms a step (forward {forward * 1e3:F0}, backward {backward * 1e3:F0}, clip and AdamW {update * 1e3:F0})  {flops / best / 1e9:F0} of {peak / 1e9:F0} GFLOP/s ({flops / best / peak:P0})" +
            $"  memory {Process.GetCurrentProcess().PeakWorkingSet64 / 1e9:F2} GB");
    }

    private sealed record Size(string Name, int HiddenSize, int LayerCount, int IntermediateSize);
}
