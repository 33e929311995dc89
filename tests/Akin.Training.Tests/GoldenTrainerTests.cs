using System.Text.Json.Nodes;
using Akin.Training.Schedules;
using Akin.Training.Tasks;
using Akin.Training.Tests.Tasks;

namespace Akin.Training.Tests;

/// <summary>Twenty steps of the real <c>transformers.Trainer</c>: golden/training/trajectories/hf_trainer.json.</summary>
public class GoldenTrainerTests
{
    /// <summary>Written in the golden's README for losses of float32 implementations.</summary>
    private const double LossTolerance = 1e-5;

    /// <summary>The logged norms are float32 sums on both sides.</summary>
    private const double RelativeNormTolerance = 2e-5;

    private static readonly JsonNode Golden = GoldenTensor.Read("trajectories", "hf_trainer.json");

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Train_OfSequenceClassification_LogsWhatTransformersLogs(int accumulation) =>
        Follow((GoldenTask<SequenceClassificationExample>)GoldenTask.Open("sequence_classification"), accumulation);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Train_OfTokenClassification_LogsWhatTransformersLogs(int accumulation) =>
        Follow((GoldenTask<TokenLabelsExample>)GoldenTask.Open("token_classification"), accumulation);

    private static void Follow<TExample>(GoldenTask<TExample> golden, int accumulation)
    {
        using TemporaryFolder folder = new();
        Trainer<TExample> trainer = new(golden.Task, new TrainingArguments
        {
            OutputDir = folder,
            PerDeviceTrainBatchSize = 4 / accumulation,
            GradientAccumulationSteps = accumulation,
            AccumulationWeighting = AccumulationWeighting.Sum, // what transformers 5.23 does for these heads, see the golden's README
            MaxSteps = 20,
            LearningRate = 5e-4,
            WeightDecay = 0.01,
            WarmupSteps = 4,
            LrSchedulerType = SchedulerType.Linear,
            LoggingSteps = 1,
            SaveStrategy = SaveStrategy.No,
            TrainSamplingStrategy = TrainSamplingStrategy.Sequential,
        })
        {
            TrainDataset = [.. golden.Batches.SelectMany(batch => batch)],
        };
        TrainOutput output = trainer.Train();
        IReadOnlyList<(double Loss, double GradientNorm, double LearningRate)> expected =
            GoldenTask.Rows(Golden["runs"]![$"{golden.Name}_accumulation{accumulation}"]!);
        IReadOnlyDictionary<string, double>[] logged = [.. trainer.State.LogHistory.Where(entry => entry.ContainsKey("loss"))];
        Assert.Equal(expected.Count, logged.Length);
        for (int step = 0; step < expected.Count; step++)
        {
            Assert.Equal(expected[step].Loss, logged[step]["loss"], LossTolerance * accumulation);
            Assert.Equal(expected[step].GradientNorm, logged[step]["grad_norm"], RelativeNormTolerance * expected[step].GradientNorm);
            Assert.Equal(expected[step].LearningRate, logged[step]["learning_rate"], 1e-12);
            Assert.Equal(step + 1, logged[step]["step"]);
            Assert.Equal((step + 1) / 5.0, logged[step]["epoch"], 1e-12);
        }

        Assert.Equal(expected.Average(row => row.Loss), output.TrainingLoss, LossTolerance * accumulation);
    }
}
