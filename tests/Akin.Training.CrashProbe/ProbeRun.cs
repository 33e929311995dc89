using System.Text.Json.Nodes;
using Akin.Kernels;
using Akin.Models;
using Akin.Models.Heads;
using Akin.Training.Callbacks;
using Akin.Training.Tasks;

namespace Akin.Training.CrashProbe;

/// <summary>A run that uses all that a checkpoint must keep: shuffling, dropout, accumulation, moments, an average, evaluation, a callback with state.</summary>
public static class ProbeRun
{
    /// <summary>Steps of the run.</summary>
    public const int StepCount = 75;

    private const int Vocabulary = 60;

    /// <summary>Makes the run's trainer.</summary>
    /// <param name="outputDir">Where its checkpoints go.</param>
    /// <param name="watcher">A callback.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="gradientCheckpointing">Whether layers are computed again in the backward pass.</param>
    public static Trainer<SequenceClassificationExample> Create(string outputDir, TrainerCallback? watcher = null, WorkerPool? pool = null, bool gradientCheckpointing = false)
    {
        TrainingArguments arguments = new()
        {
            OutputDir = outputDir,
            MaxSteps = StepCount,
            PerDeviceTrainBatchSize = 3,
            GradientAccumulationSteps = 2,
            LearningRate = 2e-3,
            WeightDecay = 0.01,
            WarmupSteps = 0.1,
            EmaDecay = 0.95,
            GradientCheckpointing = gradientCheckpointing,
            LabelSmoothingFactor = 0.1,
            LoggingSteps = 4,
            EvalStrategy = IntervalStrategy.Steps,
            EvalSteps = 10,
            SaveSteps = 5,
            SaveTotalLimit = 2,
            LoadBestModelAtEnd = true,
        };
        return new Trainer<SequenceClassificationExample>(new SequenceClassificationTask(CreateModel()), arguments)
        {
            TrainDataset = [.. Enumerable.Range(0, 50).Select(Example)],
            EvalDataset = [.. Enumerable.Range(50, 20).Select(Example)],
            Callbacks = [new EarlyStoppingCallback(patience: 1000), .. watcher is null ? Array.Empty<TrainerCallback>() : [watcher]],
            Pool = pool ?? WorkerPool.Shared,
        };
    }

    /// <summary>The run's model before its first step.</summary>
    /// <param name="dropout">Probability of every dropout.</param>
    public static SequenceClassificationModel CreateModel(double dropout = 0.1) =>
        AutoModelForSequenceClassification.FromConfig(
            (JsonObject)JsonNode.Parse(
                $$"""
                {
                  "model_type": "bert", "vocab_size": {{Vocabulary}}, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64,
                  "max_position_embeddings": 32, "hidden_dropout_prob": {{dropout}}, "attention_probs_dropout_prob": {{dropout}}, "initializer_range": 0.1
                }
                """)!,
            new LoadOptions { IsTrainable = true, Seed = 3 });

    /// <summary>Texts of made-up ids; their label says whether the first half of the vocabulary is more frequent in them.</summary>
    private static SequenceClassificationExample Example(int index)
    {
        Random random = new(index);
        int[] ids = [.. Enumerable.Range(0, 3 + random.Next(12)).Select(_ => 1 + random.Next(Vocabulary - 1))];
        return new SequenceClassificationExample(new EncodedText(ids), ids.Count(id => id < Vocabulary / 2) * 2 > ids.Length ? 1 : 0);
    }
}
