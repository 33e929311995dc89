using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Akin.Datasets;
using Akin.Models;
using Akin.Models.Heads;
using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tokenizers;
using Akin.Training.Callbacks;
using Akin.Training.Losses;
using Akin.Training.Sentences;
using Akin.Training.Tasks;

namespace Akin.Training.Tests.RealRuns;

/// <summary>Training at full size, step by step as PyTorch: golden/training/real_runs/results/exact.seed1.json.</summary>
public class ExactRunTests
{
    /// <summary>Two float32 implementations; observed 1.2e-7 of MRPC.</summary>
    private const double LossTolerance = 2e-6;

    /// <summary>Of the norm itself; observed 3.5e-6.</summary>
    private const double RelativeNormTolerance = 1e-4;

    private const int StepCount = 30;
    private const int BatchSize = 16;

    /// <summary>Steps that are followed unless all are wanted: past the warm-up and well into the descent.</summary>
    private const int ShortStepCount = 4;

    [SharedFact("models/all-MiniLM-L6-v2", "data/mrpc/glue/train.repaired.tsv.gz")]
    public void Train_OfMrpcWithMiniLM_FollowsTheReferenceStepByStep()
    {
        using TemporaryFolder folder = new();
        LinkModelWithoutDropout(folder);
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
            TrainDataset = [.. ReadMrpc(AutoTokenizer.FromPretrained(MiniLM)).Take(StepCount * BatchSize)],
            Callbacks = [new StopEarly()],
        };
        trainer.Train();
        AssertFollows("mrpc_first_30_batches", Steps(trainer.State));
    }

    [SharedFact("models/all-MiniLM-L6-v2", "data/ir-scifact-beir/corpus.jsonl.gz", "data/ir-scifact-beir/qrels/train.tsv")]
    public void Train_OfScifactPairsWithInBatchNegatives_FollowsTheReferenceStepByStep() => AssertFollows("scifact_mnrl_first_20_batches", TrainSentences(
        20, new SentenceDataset([.. ReadScifact().Take(20 * BatchSize).Select(pair => new SentenceExample(pair.Query, pair.Document))], new MultipleNegativesRankingLoss(), ["anchor", "positive"])));

    [SharedFact("models/all-MiniLM-L6-v2", "data/stsb-en/original/sts-train.tsv.gz")]
    public void Train_OfStsbWithCosineSimilarity_FollowsTheReferenceStepByStep() => AssertFollows("stsb_cosine_first_30_batches", TrainSentences(
        StepCount, new SentenceDataset(
            [.. ReadStsb().Take(StepCount * BatchSize).Select(pair => new SentenceExample(pair.First, pair.Second, pair.Score / 5))],
            new CosineSimilarityLoss(), ["sentence1", "sentence2"], "score")));

    private static string MiniLM => Repository.Shared("models", "all-MiniLM-L6-v2");

    private static void LinkModelWithoutDropout(string folder)
    {
        JsonObject config = JsonNode.Parse(File.ReadAllBytes(Path.Combine(MiniLM, "config.json")))!.AsObject();
        config["hidden_dropout_prob"] = 0.0;
        config["attention_probs_dropout_prob"] = 0.0;
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        foreach (string name in Directory.EnumerateFileSystemEntries(MiniLM).Select(path => Path.GetFileName(path)).Where(name => name != "config.json"))
        {
            File.CreateSymbolicLink(Path.Combine(folder, name), Path.Combine(MiniLM, name));
        }
    }

    /// <summary>Trains MiniLM as a sentence model, examples in their order.</summary>
    private static Step[] TrainSentences(int stepCount, SentenceDataset examples)
    {
        using TemporaryFolder folder = new();
        LinkModelWithoutDropout(folder);
        SentenceTransformerTrainer trainer = new(
            SentenceTransformer.FromPretrained(folder, new SentenceTransformerOptions { IsTrainable = true, MaxSequenceLength = 128 }),
            new SentenceTransformerTrainingArguments
            {
                OutputDir = Path.Combine(folder, "output"),
                PerDeviceTrainBatchSize = BatchSize,
                MaxSteps = stepCount,
                LearningRate = 2e-5,
                WeightDecay = 0.01,
                WarmupSteps = stepCount / 10,
                LoggingSteps = 1,
                SaveStrategy = SaveStrategy.No,
                TrainSamplingStrategy = TrainSamplingStrategy.Sequential,
            },
            examples)
        {
            Callbacks = [new StopEarly()],
        };
        trainer.Train();
        return Steps(trainer.State);
    }

    private static Step[] Steps(TrainerState state) =>
        [.. state.LogHistory.Where(log => log.ContainsKey("grad_norm")).Select(log => new Step(log["loss"], log["grad_norm"], log["learning_rate"]))];

    private static void AssertFollows(string trajectory, Step[] steps)
    {
        JsonArray expected = GoldenTensor.Read("real_runs", "results", "exact.seed1.json")["trajectories"]![trajectory]!.AsArray();
        Assert.Equal(LongTest.RunsAll ? expected.Count : ShortStepCount, steps.Length);
        double worstLoss = 0;
        double worstNorm = 0;
        foreach ((JsonNode? row, Step step) in expected.Zip(steps))
        {
            Assert.Equal(row!["lr"]!.GetValue<double>(), step.LearningRate, 1e-12);
            worstLoss = Math.Max(worstLoss, Math.Abs(row["loss"]!.GetValue<double>() - step.Loss));
            worstNorm = Math.Max(worstNorm, Math.Abs((step.GradientNorm / row["grad_norm"]!.GetValue<double>()) - 1));
        }

        Assert.True(worstLoss <= LossTolerance && worstNorm <= RelativeNormTolerance, $"Largest differences: loss {worstLoss:G3}, gradient norm {worstNorm:G3} of itself.");
    }

    /// <summary>Queries by their number, each with the first of its documents, title and text.</summary>
    private static IEnumerable<(string Query, string Document)> ReadScifact()
    {
        Dictionary<string, string> queries = JsonLines.ReadObjects(Repository.Shared("data", "ir-scifact-beir", "queries.jsonl"))
            .ToDictionary(line => line.Value.GetProperty("_id").GetString()!, line => line.Value.GetProperty("text").GetString()!);
        Dictionary<string, string> documents = JsonLines.ReadObjects(Repository.Shared("data", "ir-scifact-beir", "corpus.jsonl.gz")).ToDictionary(
            line => line.Value.GetProperty("_id").GetString()!, line => $"{line.Value.GetProperty("title").GetString()} {line.Value.GetProperty("text").GetString()}".Trim());
        return File.ReadLines(Repository.Shared("data", "ir-scifact-beir", "qrels", "train.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Where(row => row[2] != "0").DistinctBy(row => row[0]).OrderBy(row => int.Parse(row[0])).Select(row => (queries[row[0]], documents[row[1]]));
    }

    private static IEnumerable<(string First, string Second, float Score)> ReadStsb() =>
        TextLines.Read(Repository.Shared("data", "stsb-en", "original", "sts-train.tsv.gz")).Select(line => line.Text.Split('\t')).Select(row => (row[5], row[6], float.Parse(row[4], CultureInfo.InvariantCulture)));

    /// <summary>The repaired training file: a TSV without quoting, whatever quotation marks it has.</summary>
    private static IEnumerable<SequenceClassificationExample> ReadMrpc(Tokenizer tokenizer)
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

    private sealed class StopEarly : TrainerCallback
    {
        public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control) =>
            control.ShouldTrainingStop |= !LongTest.RunsAll && state.GlobalStep == ShortStepCount;
    }

    private readonly record struct Step(double Loss, double GradientNorm, double LearningRate);
}
