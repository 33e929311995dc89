using System.Text.Json;
using Akin.Datasets.Processors;
using Akin.Models.Checkpoints;
using Akin.Tokenizers;
using Akin.Training.Callbacks;
using Akin.Training.FineTuning;
using Akin.Training.Tasks;

namespace Akin.Training.Tests.FineTuning;

/// <summary>A whole run beside one that was computed in Python from the script's formulas: tokens, steps, rates, losses, weights, results.</summary>
public sealed class GoldenRunClassifierTests : IDisposable
{
    // From the golden's README: float32 against float64 over twelve steps.
    private const double LossTolerance = 1e-5;
    private const double NormTolerance = 1e-4;
    private const double RateTolerance = 1e-12;

    private static readonly JsonSerializerOptions PythonNames = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly Run Golden = JsonSerializer.Deserialize<Run>(File.ReadAllText(Repository.Golden("training", "run_classifier", "run.json")), PythonNames)!;

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Run_BesideThatOfPython_TakesTheSameStepsToTheSameResults()
    {
        string google = Repository.Golden("models", "tf", "published");
        string config = _temporary.File("bert_config.json");
        File.WriteAllText(config, File.ReadAllText(Path.Combine(google, "bert_config.json")).Replace("dropout_prob\": 0.1", "dropout_prob\": 0.0"));
        foreach (string file in (string[])["train.csv", "dev.csv", "test.csv"])
        {
            File.WriteAllLines(_temporary.File(file), Golden.Examples.Select(example => string.Join(',', example)));
        }

        Steps steps = new();
        RunClassifierResult result = RunClassifier.Run(new RunClassifierOptions
        {
            Processor = new CsvProcessor(),
            DataDir = _temporary,
            OutputDir = _temporary.File("output"),
            BertConfigFile = config,
            VocabFile = Path.Combine(google, "vocab.txt"),
            InitCheckpoint = Path.Combine(Repository.Golden("models", "tf", "run_classifier_output"), "model.ckpt-343"),
            DoTrain = true,
            DoEval = true,
            DoPredict = true,
            MaxSeqLength = Golden.MaxSeqLength,
            TrainBatchSize = Golden.Examples.Length,
            EvalBatchSize = Golden.EvalBatchSize,
            LearningRate = Golden.Rate,
            NumTrainEpochs = Golden.Epochs,
            WarmupProportion = Golden.WarmupProportion,
            Callbacks = [steps],
        });

        Assert.Equal(Golden.Steps.Length, steps.Taken.Count);
        Assert.All(Golden.Steps.Zip(steps.Taken), pair =>
        {
            Assert.Equal(pair.First.LearningRate, pair.Second.LearningRate, RateTolerance);
            Assert.Equal(pair.First.Loss, pair.Second.Loss, LossTolerance);
            Assert.Equal(pair.First.GradNorm, pair.Second.GradNorm, NormTolerance);
        });

        Dictionary<string, double> results = File.ReadLines(Path.Combine(result.OutputDir, "eval_results.txt")).Select(line => line.Split(" = ")).ToDictionary(line => line[0], line => double.Parse(line[1]));
        Assert.Equal(Golden.Steps.Length, results["global_step"]);
        Assert.Equal(Golden.EvalAccuracy, results["eval_accuracy"], LossTolerance);
        Assert.Equal(Golden.EvalLoss, results["eval_loss"], LossTolerance);
        Assert.Equal(Golden.Loss, results["loss"], LossTolerance);
        Assert.NotEqual(results["eval_loss"], results["loss"]); // the last batch is not full
        double[][] predicted = [.. File.ReadLines(Path.Combine(result.OutputDir, "test_results.tsv")).Select(line => line.Split('\t').Select(double.Parse).ToArray())];
        Assert.Equal(Golden.Probabilities.Length, predicted.Length);
        Assert.All(Golden.Probabilities.Zip(predicted), row => Assert.All(row.First.Zip(row.Second), pair => Assert.Equal(pair.First, pair.Second, LossTolerance)));

        using Checkpoint weights = Checkpoint.Open(result.OutputDir);
        Assert.Equal(Golden.AbsSums.Keys.Order(), weights.Tensors.Keys.Order());
        Assert.All(Golden.AbsSums, sum => Assert.Equal(1, weights.Read(sum.Key).Sum(weight => (double)Math.Abs(weight)) / sum.Value, LossTolerance));
    }

    [Fact]
    public void ExampleEncoder_BesidePython_GivesTheSameTokens()
    {
        ExampleEncoder encoder = new(BertTokenizer.FromFile(Path.Combine(Repository.Golden("models", "tf", "published"), "vocab.txt")), Golden.MaxSeqLength);
        for (int i = 0; i < Golden.Examples.Length; i++)
        {
            EncodedText text = encoder.Encode(new InputExample("x", Golden.Examples[i][1], Golden.Examples[i][2]));
            Assert.Equal(Golden.InputIds[i], text.InputIds.ToArray());
            Assert.Equal(Golden.TokenTypeIds[i], text.TokenTypeIds.ToArray());
        }
    }

    private sealed class Steps : TrainerCallback
    {
        public List<Step> Taken { get; } = [];

        public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control) =>
            Taken.Add(new Step(state.LastLoss, state.LastGradientNorm, state.LastLearningRate));
    }

    private sealed record Step(double Loss, double GradNorm, double LearningRate);

    private sealed record Run(
        double Rate, double WarmupProportion, int Epochs, int MaxSeqLength, int EvalBatchSize, string[][] Examples, int[][] InputIds, int[][] TokenTypeIds, Step[] Steps,
        double EvalAccuracy, double EvalLoss, double Loss, double[][] Probabilities, Dictionary<string, double> AbsSums);
}
