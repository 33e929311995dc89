using System.Text.Json.Nodes;
using Akin.Models;
using Akin.Training.Acceleration;
using Akin.Training.Callbacks;
using Akin.Training.Logging;
using Akin.Training.Tasks;

namespace Akin.Training.MpiProbe;

/// <summary>A run of Trainer with shuffling, dropout, evaluation, checkpoints and logs; a step has two micro-batches, whoever computes them.</summary>
public static class ProbeTrainer
{
    /// <summary>Steps of the run: two epochs of nine micro-batches, so that the last step of an epoch has a single one.</summary>
    public const int StepCount = 10;

    private const int Vocabulary = 60;

    /// <summary>Makes the run's trainer.</summary>
    /// <param name="folder">Where checkpoints and logs go.</param>
    /// <param name="accelerator">The processes: one or two.</param>
    /// <param name="watcher">A callback.</param>
    public static Trainer<SequenceClassificationExample> Create(string folder, Accelerator accelerator, TrainerCallback? watcher = null)
    {
        JsonObject config = (JsonObject)JsonNode.Parse(
            $$"""
            {
              "model_type": "bert", "vocab_size": {{Vocabulary}}, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64,
              "max_position_embeddings": 32, "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "initializer_range": 0.1
            }
            """)!;
        TrainingArguments arguments = new()
        {
            OutputDir = folder,
            NumTrainEpochs = 2,
            PerDeviceTrainBatchSize = 3,
            PerDeviceEvalBatchSize = 3,
            GradientAccumulationSteps = 2 / accelerator.ProcessCount,
            LearningRate = 1e-3,
            EmaDecay = 0.9,
            LoggingSteps = 1,
            EvalStrategy = IntervalStrategy.Epoch,
            SaveSteps = 3,
        };
        return new Trainer<SequenceClassificationExample>(
            new SequenceClassificationTask(AutoModelForSequenceClassification.FromConfig(config, new LoadOptions { IsTrainable = true, Seed = 3 })), arguments)
        {
            Accelerator = accelerator,
            TrainDataset = [.. Enumerable.Range(0, 26).Select(Example)],
            EvalDataset = [.. Enumerable.Range(50, 20).Select(Example)],
            ComputeMetrics = result => new Dictionary<string, double>
            {
                ["accuracy"] = result.Examples.Zip(result.Predictions, (example, prediction) => example.Label == prediction.Best() ? 1.0 : 0).Average(),
            },
            Callbacks = [new JsonLinesLogCallback(Path.Combine(folder, "log.jsonl")), .. watcher is null ? Array.Empty<TrainerCallback>() : [watcher]],
        };
    }

    /// <summary>Texts of made-up ids; their label says whether the first half of the vocabulary is more frequent in them.</summary>
    private static SequenceClassificationExample Example(int index)
    {
        Random random = new(index);
        int[] ids = [.. Enumerable.Range(0, 3 + random.Next(12)).Select(_ => 1 + random.Next(Vocabulary - 1))];
        return new SequenceClassificationExample(new EncodedText(ids), ids.Count(id => id < Vocabulary / 2) * 2 > ids.Length ? 1 : 0);
    }
}
