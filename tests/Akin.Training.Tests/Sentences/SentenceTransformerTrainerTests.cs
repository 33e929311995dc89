using System.Text.Json.Nodes;
using Akin.Models.Checkpoints;
using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tokenizers;
using Akin.Training.Evaluation;
using Akin.Training.Losses;
using Akin.Training.Sentences;

namespace Akin.Training.Tests.Sentences;

public class SentenceTransformerTrainerTests
{
    /// <summary>Written in the README of golden/training/trajectories; PyTorch's own float32 run is within 3e-6.</summary>
    private const double LossTolerance = 1e-5;

    /// <summary>Of the norm itself: float32 gradients add some thousand roundings of 6e-8.</summary>
    private const double RelativeNormTolerance = 2e-5;

    /// <summary>Written in that README.</summary>
    private const double WeightTolerance = 2e-5;

    private const int StepCount = 20;
    private const int BatchSize = 4;

    /// <summary>Sums of other lengths are rounded in another order.</summary>
    private const double RoundingTolerance = 2e-6;

    [Theory]
    [InlineData("st_mnrl", "st_mnrl")]
    [InlineData("st_mnrl_triplets", "st_mnrl")]
    [InlineData("st_cosine", "st_mnrl")]
    [InlineData("st_cosent_cls", "st_cosent_cls")]
    [InlineData("st_triplet_max", "st_triplet_max")]
    [InlineData("st_matryoshka", "st_mnrl")]
    public void Train_OnTheReferencesSentences_FollowsItForTwentySteps(string task, string model)
    {
        using TemporaryFolder folder = new();
        SentenceTransformer trained = Model(model);
        SentenceTransformerTrainer trainer = new(trained, Arguments(folder), Golden(task));
        trainer.Train();

        JsonNode trajectory = GoldenTensor.Read("trajectories", task, "trajectory.json");
        JsonArray expected = trajectory["runs"]!["float64"]!.AsArray();
        for (int step = 0; step < StepCount; step++)
        {
            IReadOnlyDictionary<string, double> found = trainer.State.LogHistory[step];
            Assert.Equal(GoldenTensor.Number(expected[step]!["lr"]), found["learning_rate"], 1e-12);
            Assert.Equal(GoldenTensor.Number(expected[step]!["loss"]), found["loss"], LossTolerance);
            double norm = GoldenTensor.Number(expected[step]!["grad_norm"]);
            Assert.Equal(norm, found["grad_norm"], RelativeNormTolerance * norm);
        }

        using Checkpoint final = Checkpoint.Open(Repository.Golden("training", "trajectories", task, "final.safetensors"));
        foreach (Parameter parameter in trained.Parameters.Where(parameter => !HasZeroGradient(task, parameter.Name)))
        {
            string name = "0.model." + parameter.Name["bert.".Length..];
            float difference = final.Read(name).Zip(parameter.Value.ToArray(), (left, right) => Math.Abs(left - right)).Max();
            Assert.True(difference <= WeightTolerance, $"{parameter.Name} differs by {difference}.");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void Train_WithACachedLoss_TakesTheStepsOfThePlainLoss(int miniBatchSize)
    {
        double[] plain = Losses(new MultipleNegativesRankingLoss());
        double[] cached = Losses(new CachedMultipleNegativesRankingLoss(miniBatchSize));
        Assert.All(plain.Zip(cached), pair => Assert.Equal(pair.First, pair.Second, RoundingTolerance));

        static double[] Losses(SentenceLoss loss)
        {
            using TemporaryFolder folder = new();
            SentenceTransformerTrainer trainer = new(Model("st_mnrl"), Arguments(folder) with { PerDeviceTrainBatchSize = 10 }, Pairs(loss));
            trainer.Train();
            return [.. trainer.State.LogHistory.Take(StepCount).SelectMany(log => new[] { log["loss"], log["grad_norm"] })];
        }
    }

    [Fact]
    public void Train_TakenUpAgain_GivesTheBitsOfOneRun_WithTheWeightsOfTheLoss()
    {
        using TemporaryFolder folder = new();
        SentenceTransformerTrainingArguments arguments = Arguments(Path.Combine(folder, "whole")) with
        {
            TrainSamplingStrategy = TrainSamplingStrategy.Random,
            MultiDatasetBatchSampler = MultiDatasetBatchSamplers.RoundRobin,
        };
        SentenceTransformer whole = FromParts();
        new SentenceTransformerTrainer(whole, arguments, Sets()).Train();

        SentenceTransformerTrainingArguments broken = arguments with { OutputDir = Path.Combine(folder, "broken"), SaveStrategy = SaveStrategy.Steps, SaveSteps = 7, MaxSteps = StepCount };
        using CancellationTokenSource stop = new();
        SentenceTransformerTrainer first = new(FromParts(), broken, Sets()) { Callbacks = [new StopAt(9, stop)] };
        Assert.Throws<OperationCanceledException>(() => first.Train(cancellationToken: stop.Token));
        SentenceTransformer resumed = FromParts();
        new SentenceTransformerTrainer(resumed, broken, Sets()).Train(TrainerCheckpoint.FindLast(broken.OutputDir));

        Assert.Contains(whole.Parameters, parameter => parameter.Name == "2_Dense.linear.weight");
        Assert.All(whole.Parameters.Zip(resumed.Parameters), pair => Assert.Equal(pair.First.Value.ToArray(), pair.Second.Value.ToArray()));

        static SentenceTransformer FromParts() => SentenceTransformer.Create(
            Repository.Golden("training", "trajectories", "st_mnrl", "model"), new SentenceTransformerParts { DenseSize = 8, Normalizes = true }, new SentenceTransformerOptions { Seed = 3 });

        static SentenceDataset[] Sets() =>
        [
            Pairs(new MultipleNegativesRankingLoss()),
            new([.. Texts().Select((pair, row) => new SentenceExample(pair.A, pair.B, row % 3))], new SoftmaxLoss(embeddingSize: 8, labelCount: 3, seed: 5), ["premise", "hypothesis"], "label"),
        ];
    }

    [Fact]
    public void SaveModel_OfAModelOfParts_IsReadBackWithEqualEmbeddings_AndHasACard()
    {
        using TemporaryFolder folder = new();
        SentenceTransformer model = SentenceTransformer.Create(
            Repository.Golden("training", "trajectories", "st_mnrl", "model"), new SentenceTransformerParts { DenseSize = 8, Normalizes = true });
        SentenceTransformerTrainer trainer = new(model, Arguments(folder), Pairs(new MultipleNegativesRankingLoss()));
        trainer.Train();
        trainer.SaveModel();

        SentenceTransformer read = SentenceTransformer.FromPretrained(folder);
        string[] texts = [.. Texts().Select(pair => pair.A)];
        Assert.Equal(model.Encode(texts), read.Encode(texts));
        string card = File.ReadAllText(Path.Combine(folder, "README.md"));
        Assert.Contains("- loss:MultipleNegativesRankingLoss", card, StringComparison.Ordinal);
        Assert.Contains("| train | 20 | anchor, positive | MultipleNegativesRankingLoss |", card, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OfTwoObjectives_TakesABatchOfEachInTurn_MeasuresAndWritesTheModel()
    {
        using TemporaryFolder folder = new();
        SentenceTransformer model = Model("st_mnrl");
        SentenceDataset scored = Golden("st_cosine");
        EmbeddingSimilarityEvaluator evaluator = new(
            [.. scored.Examples.Select(example => example.Texts[0])], [.. scored.Examples.Select(example => example.Texts[1])], [.. scored.Examples.Select(example => (double)example.Labels.Span[0])]);
        TrainOutput output = model.Fit(
            [Pairs(new MultipleNegativesRankingLoss()), new SentenceDataset([.. scored.Examples.Take(8)], scored.Loss, scored.Columns, "score")],
            new FitOptions { Epochs = 2, BatchSize = 4, WarmupSteps = 2, LearningRate = 1e-3, Evaluator = evaluator, OutputPath = folder });

        Assert.Equal(2 * 2 * 2, output.GlobalStep); // twice the two batches of the shorter objective, each with one of the other
        Assert.Equal(1 + 2, File.ReadAllLines(Path.Combine(folder, "eval", "similarity_evaluation_results.csv")).Length);
        string[] texts = [.. scored.Examples.Select(example => example.Texts[0])];
        Assert.Equal(model.Encode(texts), SentenceTransformer.FromPretrained(folder).Encode(texts));
    }

    [Fact]
    public void Train_OfAModelLoadedForInference_SaysHowToLoadIt()
    {
        SentenceTransformer model = SentenceTransformer.FromPretrained(Repository.Golden("training", "trajectories", "st_mnrl", "model"));
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new SentenceTransformerTrainer(model, new SentenceTransformerTrainingArguments(), Pairs(new MultipleNegativesRankingLoss())));
        Assert.Contains("IsTrainable = true", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SentenceDataset_WithColumnsThatDoNotFitItsLoss_SaysWhatTheLossWants()
    {
        LossInputException error = Assert.Throws<LossInputException>(
            () => new SentenceDataset([new SentenceExample("a", "b", 1)], new MultipleNegativesRankingLoss(), ["anchor", "positive"], "label"));
        Assert.Contains("MultipleNegativesRankingLoss wants the text columns anchor, positive", error.Message, StringComparison.Ordinal);
        Assert.Contains("label column label", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OnPairsThatAreAllTheSame_SaysThatThereIsNothingToTellApart()
    {
        using TemporaryFolder folder = new();
        SentenceDataset same = new([.. Enumerable.Repeat(new SentenceExample("a", "b"), 8)], new MultipleNegativesRankingLoss(), ["anchor", "positive"]);
        foreach (BatchSamplers sampler in Enum.GetValues<BatchSamplers>().Where(sampler => sampler != BatchSamplers.GroupByLabel))
        {
            SentenceTransformerTrainer trainer = new(Model("st_mnrl"), Arguments(folder) with { BatchSampler = sampler, OverwriteOutputDir = true }, same);
            LossInputException error = Assert.Throws<LossInputException>(() => trainer.Train());
            Assert.Contains("'train'", error.Message, StringComparison.Ordinal);
            Assert.Contains("negatives", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Adam divides rounding noise by its own size here (see the golden's README): softmax ignores a constant per query, and the last bias shifts the
    /// maxima of all texts alike, which no distance sees.
    /// </summary>
    private static bool HasZeroGradient(string task, string parameter) =>
        parameter.EndsWith("attention.self.key.bias", StringComparison.Ordinal)
        || (task == "st_triplet_max" && parameter == "bert.encoder.layer.1.output.LayerNorm.bias");

    private static SentenceTransformer Model(string name) =>
        SentenceTransformer.FromPretrained(Repository.Golden("training", "trajectories", name, "model"), new SentenceTransformerOptions { IsTrainable = true, MaxSequenceLength = 64 });

    private static SentenceTransformerTrainingArguments Arguments(string folder) => new()
    {
        OutputDir = folder,
        PerDeviceTrainBatchSize = BatchSize,
        MaxSteps = StepCount,
        LearningRate = 5e-4,
        WeightDecay = 0.01,
        WarmupSteps = 4,
        LoggingSteps = 1,
        SaveStrategy = SaveStrategy.No,
        TrainSamplingStrategy = TrainSamplingStrategy.Sequential,
    };

    private static SentenceDataset Pairs(SentenceLoss loss) => new([.. Texts().Select(pair => new SentenceExample(pair.A, pair.B))], loss, ["anchor", "positive"]);

    private static SentenceDataset Golden(string task)
    {
        SentenceExample[] examples = [.. Batches(task).SelectMany(Examples)];
        return task switch
        {
            "st_mnrl" => new SentenceDataset(examples, new MultipleNegativesRankingLoss(), ["anchor", "positive"]),
            "st_mnrl_triplets" => new SentenceDataset(examples, new MultipleNegativesRankingLoss(), ["anchor", "positive", "negative"]),
            "st_cosine" => new SentenceDataset(examples, new CosineSimilarityLoss(), ["sentence1", "sentence2"], "score"),
            "st_cosent_cls" => new SentenceDataset(examples, new CoSENTLoss(), ["sentence1", "sentence2"], "score"),
            "st_triplet_max" => new SentenceDataset(examples, new TripletLoss { Margin = 5 }, ["anchor", "positive", "negative"]),
            "st_matryoshka" => new SentenceDataset(examples, new MatryoshkaLoss(new MultipleNegativesRankingLoss(), [32, 16, 8]), ["anchor", "positive"]),
            _ => throw new ArgumentOutOfRangeException(nameof(task), task, "No such task."),
        };
    }

    private static IEnumerable<(string A, string B)> Texts() =>
        Batches("st_mnrl").SelectMany(Examples).Select(example => (example.Texts[0], example.Texts[1]));

    private static IEnumerable<JsonObject> Batches(string task) =>
        GoldenTensor.Read("trajectories", task, "batches.json")["batches"]!.AsArray().Select(batch => batch!.AsObject());

    /// <summary>The rows of a padded batch, as texts with the same tokens.</summary>
    private static IEnumerable<SentenceExample> Examples(JsonObject batch)
    {
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(Repository.Golden("training", "trajectories", "st_mnrl", "model"));
        int columnCount = batch.Count(entry => entry.Key.EndsWith(".input_ids", StringComparison.Ordinal));
        float[] labels = batch["labels"] is { } node ? new GoldenTensor(node).Floats : [];
        for (int row = 0; row < BatchSize; row++)
        {
            string[] texts = [.. Enumerable.Range(0, columnCount).Select(column => Text(tokenizer, batch, column, row))];
            yield return new SentenceExample(texts, labels.Length == 0 ? default : labels.AsMemory(row, 1));
        }
    }

    private static string Text(Tokenizer tokenizer, JsonObject batch, int column, int row)
    {
        GoldenTensor ids = new(batch[$"{column}.input_ids"]!);
        int[] mask = new GoldenTensor(batch[$"{column}.attention_mask"]!).Integers;
        int width = ids.Shape[1];
        int[] tokens = [.. Enumerable.Range(row * width, width).Where(place => mask[place] == 1).Select(place => ids.Integers[place])];
        string text = tokenizer.Decode(tokens[1..^1], skipSpecialTokens: false, cleanUpTokenizationSpaces: false);
        Assert.Equal(tokens, tokenizer.Encode(text).Ids);
        return text;
    }

    private sealed class StopAt(int step, CancellationTokenSource stop) : Callbacks.TrainerCallback
    {
        public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control)
        {
            if (state.GlobalStep == step)
            {
                stop.Cancel();
            }
        }
    }
}
