using System.IO.Compression;
using System.Text.Json.Nodes;
using Akin.Models;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;
using Akin.Training.Tasks;

namespace Akin.Training.Tests.RealRuns;

/// <summary>Training at full size, step by step as PyTorch: golden/training/real_runs/results/exact.seed1.json.</summary>
public class ExactRunTests
{
    /// <summary>Two float32 implementations; observed 1.2e-7.</summary>
    private const double LossTolerance = 2e-6;

    /// <summary>Of the norm itself; observed 3.5e-6.</summary>
    private const double RelativeNormTolerance = 1e-4;

    private const int StepCount = 30;
    private const int BatchSize = 16;

    [SharedFact("models/all-MiniLM-L6-v2", "data/mrpc/glue/train.repaired.tsv.gz")]
    public void Train_OfMrpcWithMiniLM_FollowsTheReferenceStepByStep()
    {
        using TemporaryFolder folder = new();
        string source = Repository.Shared("models", "all-MiniLM-L6-v2");
        JsonObject config = JsonNode.Parse(File.ReadAllBytes(Path.Combine(source, "config.json")))!.AsObject();
        config["hidden_dropout_prob"] = 0.0;
        config["attention_probs_dropout_prob"] = 0.0;
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
        File.CreateSymbolicLink(folder.File("model.safetensors"), Path.Combine(source, "model.safetensors"));
        SequenceClassificationModel model = AutoModelForSequenceClassification.FromPretrained(folder, new LoadOptions { IsTrainable = true, InitializesMissing = true });
        Parameter head = model.Parameters.Single(parameter => parameter.Name == "classifier.weight");
        for (int i = 0; i < head.Value.RowCount; i++)
        {
            for (int j = 0; j < head.Value.ColumnCount; j++)
            {
                head.Value.Row(i)[j] = (float)(0.02 * Math.Sin((i * head.Value.ColumnCount) + j + 1));
            }
        }

        head.MarkChanged();
        Trainer<SequenceClassificationExample> trainer = new(new SequenceClassificationTask(model), new TrainingArguments
        {
            OutputDir = folder,
            PerDeviceTrainBatchSize = BatchSize,
            MaxSteps = StepCount,
            LearningRate = 5e-5,
            WeightDecay = 0.01,
            WarmupSteps = StepCount / 10,
            LoggingSteps = 1,
            SaveStrategy = SaveStrategy.No,
            TrainSamplingStrategy = TrainSamplingStrategy.Sequential,
        })
        {
            TrainDataset = [.. ReadPairs(AutoTokenizer.FromPretrained(source)).Take(StepCount * BatchSize)],
        };
        trainer.Train();
        JsonArray expected = GoldenTensor.Read("real_runs", "results", "exact.seed1.json")["trajectories"]!["mrpc_first_30_batches"]!.AsArray();
        double worstLoss = 0;
        double worstNorm = 0;
        foreach ((JsonNode? row, IReadOnlyDictionary<string, double> logged) in expected.Zip(trainer.State.LogHistory))
        {
            Assert.Equal(row!["lr"]!.GetValue<double>(), logged["learning_rate"], 1e-12);
            worstLoss = Math.Max(worstLoss, Math.Abs(row["loss"]!.GetValue<double>() - logged["loss"]));
            worstNorm = Math.Max(worstNorm, Math.Abs((logged["grad_norm"] / row["grad_norm"]!.GetValue<double>()) - 1));
        }

        Assert.True(worstLoss <= LossTolerance && worstNorm <= RelativeNormTolerance, $"Largest differences: loss {worstLoss:G3}, gradient norm {worstNorm:G3} of itself.");
    }

    /// <summary>The repaired training file: a TSV without quoting, whatever quotation marks it has.</summary>
    private static IEnumerable<SequenceClassificationExample> ReadPairs(Tokenizer tokenizer)
    {
        EncodeOptions options = new() { Truncation = new Truncation(128) };
        using StreamReader reader = new(new GZipStream(File.OpenRead(Repository.Shared("data", "mrpc", "glue", "train.repaired.tsv.gz")), CompressionMode.Decompress));
        reader.ReadLine(); // the header
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split('\t');
            yield return new SequenceClassificationExample(EncodedText.From(tokenizer.Encode(fields[3], fields[4], options)), int.Parse(fields[0]));
        }
    }
}
