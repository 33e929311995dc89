using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Training.Callbacks;
using Akin.Training.CrashProbe;
using Akin.Training.Optimizers;
using Akin.Training.Tasks;

namespace Akin.Training.Tests;

public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_OfASimpleTask_LearnsIt()
    {
        Trainer<SequenceClassificationExample> trainer = Make(Arguments() with { NumTrainEpochs = 12, LearningRate = 3e-3 });
        double before = trainer.Evaluate(trainer.TrainDataset)["eval_accuracy"];
        TrainOutput output = trainer.Train();
        IReadOnlyDictionary<string, double> after = trainer.Evaluate(trainer.TrainDataset);
        Assert.True(before < 0.7 && after["eval_accuracy"] >= 0.95, $"Accuracy {before} before, {after["eval_accuracy"]} after.");
        Assert.Equal(12 * 7, output.GlobalStep); // 50 examples, 8 a batch: the last batch of an epoch is kept
        Assert.Equal(12, trainer.State.Epoch, 1e-9);
        Assert.True(output.TrainingLoss < 0.69);
    }

    [Fact]
    public void Train_WithMicroBatches_EqualsWholeBatches()
    {
        Trainer<SequenceClassificationExample> whole = Make(Arguments() with { MaxSteps = 5, PerDeviceTrainBatchSize = 8 }, dropout: 0);
        Trainer<SequenceClassificationExample> parts = Make(Arguments() with { MaxSteps = 5, PerDeviceTrainBatchSize = 2, GradientAccumulationSteps = 4 }, dropout: 0);
        Assert.Equal(whole.Train().TrainingLoss, parts.Train().TrainingLoss, 1e-5);
    }

    [Fact]
    public void Evaluate_InBatchesOfAnySize_GivesTheSameLoss()
    {
        double one = Make(Arguments() with { PerDeviceEvalBatchSize = 1 }).Evaluate()["eval_loss"];
        double many = Make(Arguments() with { PerDeviceEvalBatchSize = 7 }).Evaluate()["eval_loss"];
        Assert.Equal(one, many, 1e-6);
    }

    [Fact]
    public void Predict_OfExamples_GivesOneRowForEach()
    {
        Trainer<SequenceClassificationExample> trainer = Make(Arguments());
        PredictionOutput output = trainer.Predict(trainer.EvalDataset!);
        Assert.Equal(trainer.EvalDataset!.Count, output.Predictions.Count);
        Assert.All(output.Predictions, prediction => Assert.Equal((1, 2), (prediction.RowCount, prediction.ColumnCount)));
        Assert.Contains("test_loss", output.Metrics.Keys);
        Assert.Contains("test_accuracy", output.Metrics.Keys);
        Assert.Equal(output.Metrics["test_loss"], trainer.Evaluate()["eval_loss"]);
    }

    [Fact]
    public void Train_WithAnEvaluationEveryEpoch_StopsEarlyAndLoadsTheBestModel()
    {
        List<double> losses = [];
        TrainingArguments arguments = Arguments() with
        {
            NumTrainEpochs = 40,
            LearningRate = 2e-2, // so high that the loss soon rises again
            EvalStrategy = IntervalStrategy.Epoch,
            SaveStrategy = SaveStrategy.Epoch,
            SaveTotalLimit = 1,
            LoadBestModelAtEnd = true,
        };
        Trainer<SequenceClassificationExample> trainer = Make(arguments, callbacks: [new EarlyStoppingCallback(patience: 2)]);
        trainer.Train();
        losses.AddRange(trainer.State.LogHistory.Where(entry => entry.ContainsKey("eval_loss")).Select(entry => entry["eval_loss"]));
        int best = losses.IndexOf(losses.Min());
        Assert.True(losses.Count < 40);
        Assert.Equal(losses.Count - 3, best); // two evaluations without improvement followed
        Assert.Equal(losses[best], trainer.State.BestMetric);
        Assert.Equal((best + 1) * 7, trainer.State.BestGlobalStep);
        Assert.Equal(losses[best], trainer.Evaluate()["eval_loss"]);
        Assert.Equal(2, Directory.GetDirectories(_folder, "checkpoint-*").Length); // the last and the best
    }

    [Fact]
    public void Train_WithTheBestSaved_WritesACheckpointOnlyWhenItImproves()
    {
        Trainer<SequenceClassificationExample> trainer = Make(Arguments() with
        {
            NumTrainEpochs = 4,
            EvalStrategy = IntervalStrategy.Epoch,
            SaveStrategy = SaveStrategy.Best,
            MetricForBestModel = "accuracy",
        });
        trainer.Train();
        List<double> values = [.. trainer.State.LogHistory.Where(entry => entry.ContainsKey("eval_accuracy")).Select(entry => entry["eval_accuracy"])];
        int improvements = values.Where((value, i) => i == 0 || value > values[..i].Max()).Count();
        Assert.Equal(values.Max(), trainer.State.BestMetric);
        Assert.Equal(improvements, Directory.GetDirectories(_folder, "checkpoint-*").Length);
    }

    [Fact]
    public void Train_WithCallbacks_RaisesEventsInOrder()
    {
        Recorder recorder = new();
        Make(
            Arguments() with { MaxSteps = 2, GradientAccumulationSteps = 2, PerDeviceTrainBatchSize = 25, LoggingSteps = 1, EvalStrategy = IntervalStrategy.Epoch, SaveStrategy = SaveStrategy.Steps, SaveSteps = 2, PerDeviceEvalBatchSize = 100 },
            callbacks: [recorder]).Train();
        string[] step = ["OnStepBegin", "OnSubstepEnd", "OnPreOptimizerStep", "OnOptimizerStep", "OnStepEnd"];
        Assert.Equal(
            [
                "OnTrainBegin",
                "OnEpochBegin", .. step, "OnEpochEnd", "OnLog", "OnPredictionStep", "OnLog", "OnEvaluate",
                "OnEpochBegin", .. step, "OnEpochEnd", "OnLog", "OnPredictionStep", "OnLog", "OnEvaluate", "OnSave",
                "OnLog", "OnTrainEnd",
            ],
            recorder.Events);
    }

    [Fact]
    public void Train_StoppedByACallback_StopsAfterTheStep()
    {
        Trainer<SequenceClassificationExample> trainer = Make(Arguments(), callbacks: [new StopAt(4)]);
        Assert.Equal(4, trainer.Train().GlobalStep);
    }

    [Fact]
    public void Train_WithARateThatDiverges_NamesTheStepAndTheTensor()
    {
        Trainer<SequenceClassificationExample> trainer = Make(Arguments() with { LearningRate = 1e30, Optim = OptimizerKind.Sgd, MaxGradNorm = 0, NumTrainEpochs = 20 });
        TrainingDivergedException exception = Assert.Throws<TrainingDivergedException>(() => trainer.Train());
        Assert.InRange(exception.Step, 2, 10);
        Assert.Contains(exception.Tensor.Split(' ')[0], trainer.State.GlobalStep >= 0 ? TaskOf().Model.Parameters.Select(parameter => parameter.Name) : []);
        Assert.Contains($"Step {exception.Step}", exception.Message);
        Assert.Null(TrainerCheckpoint.FindLast(_folder));
    }

    [Fact]
    public void Train_WithANaNWeight_NamesIt()
    {
        SequenceClassificationTask task = TaskOf();
        task.Model.Parameters.Single(parameter => parameter.Name == "bert.encoder.layer.1.output.dense.weight").Value.Span[5] = float.NaN;
        Trainer<SequenceClassificationExample> trainer = new(task, Arguments()) { TrainDataset = Make(Arguments()).TrainDataset };
        TrainingDivergedException exception = Assert.Throws<TrainingDivergedException>(() => trainer.Train());
        Assert.Equal((1, "bert.encoder.layer.1.output.dense.weight"), (exception.Step, exception.Tensor));
    }

    [Fact]
    public void Train_OfAMicroBatchWithoutTargets_LeavesItOut()
    {
        IReadOnlyList<SequenceClassificationExample> some = [.. Make(Arguments()).TrainDataset.Take(4)];
        IReadOnlyList<SequenceClassificationExample> more = [.. some, new(some[0].Text, -100), new(some[1].Text, -100)];
        TrainingArguments arguments = Arguments() with { MaxSteps = 1, PerDeviceTrainBatchSize = 2, GradientAccumulationSteps = 3, TrainSamplingStrategy = TrainSamplingStrategy.Sequential };
        double expected = new Trainer<SequenceClassificationExample>(TaskOf(), arguments) { TrainDataset = some }.Train().TrainingLoss;
        double found = new Trainer<SequenceClassificationExample>(TaskOf(), arguments) { TrainDataset = more }.Train().TrainingLoss;
        Assert.Equal(expected, found);
        TrainingDivergedException exception = Assert.Throws<TrainingDivergedException>(() =>
            new Trainer<SequenceClassificationExample>(TaskOf(), arguments with { AccumulationWeighting = AccumulationWeighting.Mean }) { TrainDataset = more }.Train());
        Assert.Contains("no target", exception.Message);
    }

    [Fact]
    public void Train_WithLabelSmoothing_HasAHigherLoss()
    {
        double plain = Make(Arguments() with { MaxSteps = 1 }).Train().TrainingLoss;
        double smoothed = Make(Arguments() with { MaxSteps = 1, LabelSmoothingFactor = 0.2 }).Train().TrainingLoss;
        Assert.NotEqual(plain, smoothed);
    }

    [Fact]
    public void Train_WithFrozenLayers_ChangesOnlyTheOthers()
    {
        SequenceClassificationTask task = TaskOf();
        ParameterGrouping.Freeze(task.Model.Parameters, "bert.embeddings", "bert.encoder.layer.0.");
        Dictionary<string, float[]> before = task.Model.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value.ToArray());
        new Trainer<SequenceClassificationExample>(task, Arguments() with { MaxSteps = 3 }) { TrainDataset = Make(Arguments()).TrainDataset }.Train();
        foreach (Parameter parameter in task.Model.Parameters)
        {
            bool isFrozen = parameter.Name.StartsWith("bert.embeddings", StringComparison.Ordinal) || parameter.Name.StartsWith("bert.encoder.layer.0.", StringComparison.Ordinal);
            Assert.Equal(isFrozen, parameter.Value.ToArray().AsSpan().SequenceEqual(before[parameter.Name]));
        }
    }

    [Fact]
    public void Train_WithEveryOptimizer_Runs()
    {
        foreach (OptimizerKind kind in Enum.GetValues<OptimizerKind>())
        {
            Trainer<SequenceClassificationExample> trainer = Make(Arguments() with { MaxSteps = 3, Optim = kind, LayerwiseLearningRateDecay = 0.9 });
            Assert.Equal(3, trainer.Train().GlobalStep);
        }
    }

    [Fact]
    public void Train_IntoAFolderWithCheckpoints_IsRefusedUnlessOverwritten()
    {
        TrainingArguments arguments = Arguments() with { MaxSteps = 4, SaveStrategy = SaveStrategy.Steps, SaveSteps = 2 };
        Make(arguments).Train();
        TrainingStateException exception = Assert.Throws<TrainingStateException>(() => Make(arguments).Train());
        Assert.Contains("checkpoint-4", exception.Message);
        Make(arguments with { OverwriteOutputDir = true, SaveSteps = 3, MaxSteps = 3 }).Train();
        Assert.Equal("checkpoint-3", Path.GetFileName(Assert.Single(Directory.GetDirectories(_folder, "*checkpoint*"))));
    }

    [Fact]
    public void Train_Cancelled_CanBeResumedAndMadeLonger()
    {
        using CancellationTokenSource cancellation = new();
        TrainingArguments arguments = Arguments() with { MaxSteps = 8 };
        Trainer<SequenceClassificationExample> trainer = Make(arguments, callbacks: [new CancelAt(3, cancellation)]);
        Assert.Throws<OperationCanceledException>(() => trainer.Train(cancellationToken: cancellation.Token));
        string checkpoint = TrainerCheckpoint.FindLast(_folder)!;
        Assert.Equal("checkpoint-3", Path.GetFileName(checkpoint));
        Assert.Equal(10, Make(arguments with { MaxSteps = 10 }).Train(checkpoint).GlobalStep);
    }

    [Fact]
    public void Trainer_OfBadInput_SaysWhatToDo()
    {
        Assert.Throws<ArgumentException>(() => new Trainer<SequenceClassificationExample>(TaskOf(), Arguments()).Train());
        Assert.Throws<ArgumentException>(() => new Trainer<SequenceClassificationExample>(TaskOf(), Arguments()).Evaluate());
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(Arguments() with { PerDeviceTrainBatchSize = 0 }).Train());
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(Arguments() with { NumTrainEpochs = 0 }).Train());
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(Arguments() with { LabelSmoothingFactor = 1 }).Train());
        Assert.Contains("EvalStrategy", Assert.Throws<ArgumentException>(() => Make(Arguments() with { LoadBestModelAtEnd = true }).Train()).Message);
        Assert.Contains("DataloaderDropLast", Assert.Throws<ArgumentException>(() => Make(Arguments() with { PerDeviceTrainBatchSize = 51, DataloaderDropLast = true }).Train()).Message);
        ArgumentException metric = Assert.Throws<ArgumentException>(() => Make(Arguments() with { EvalStrategy = IntervalStrategy.Epoch, MetricForBestModel = "f1" }).Train());
        Assert.Contains("eval_accuracy", metric.Message);
        Assert.Contains("label 2", Assert.Throws<InvalidBatchException>(() =>
            new Trainer<SequenceClassificationExample>(TaskOf(), Arguments()) { TrainDataset = [new(new EncodedText(new[] { 1, 2 }), 2)] }.Train()).Message);
        Assert.Throws<TrainingStateException>(() => Make(Arguments()).Train(_folder.File("checkpoint-9")));
        SequenceClassificationModel inference = Akin.Models.AutoModelForSequenceClassification.FromPretrained(Repository.Golden("training", "trajectories", "sequence_classification", "model"));
        Assert.Contains("IsTrainable", Assert.Throws<ArgumentException>(() => new Trainer<SequenceClassificationExample>(new SequenceClassificationTask(inference), Arguments())).Message);
    }

    [Theory]
    [InlineData(0, 100, 0)]
    [InlineData(10, 100, 10)]
    [InlineData(0.1, 100, 10)]
    [InlineData(0.1, 101, 11)]
    [InlineData(0.05, 33, 2)]
    [InlineData(1, 100, 1)]
    public void WarmupSteps_AsNumberOrShare_AreThoseOfTransformers(double warmup, int total, int expected) => // golden/training/optim, trainer_warmup
        Assert.Equal(expected, new TrainingArguments { WarmupSteps = warmup }.GetWarmupSteps(total));

    private static SequenceClassificationTask TaskOf(double dropout = 0.1) => new(ProbeRun.CreateModel(dropout));

    private TrainingArguments Arguments() => new() { OutputDir = _folder, SaveStrategy = SaveStrategy.No };

    private static Trainer<SequenceClassificationExample> Make(TrainingArguments arguments, IReadOnlyList<TrainerCallback>? callbacks = null, double dropout = 0.1)
    {
        Trainer<SequenceClassificationExample> probe = ProbeRun.Create(arguments.OutputDir);
        return new Trainer<SequenceClassificationExample>(TaskOf(dropout), arguments)
        {
            TrainDataset = probe.TrainDataset,
            EvalDataset = probe.EvalDataset,
            Callbacks = callbacks ?? [],
            ComputeMetrics = result => new Dictionary<string, double>
            {
                ["accuracy"] = result.Examples.Zip(result.Predictions).Average(pair => pair.First.Label == pair.Second.Best() ? 1.0 : 0.0),
            },
        };
    }

    private sealed class StopAt(int step) : TrainerCallback
    {
        public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control) => control.ShouldTrainingStop |= state.GlobalStep == step;
    }

    private sealed class CancelAt(int step, CancellationTokenSource source) : TrainerCallback
    {
        public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control)
        {
            if (state.GlobalStep == step)
            {
                source.Cancel();
            }
        }
    }

    private sealed class Recorder : TrainerCallback
    {
        public List<string> Events { get; } = [];

        public override void OnTrainBegin(TrainingArguments arguments, TrainerState state, TrainerControl control) => Add();

        public override void OnTrainEnd(TrainingArguments arguments, TrainerState state, TrainerControl control) => Add();

        public override void OnEpochBegin(TrainingArguments arguments, TrainerState state, TrainerControl control) => Add();

        public override void OnEpochEnd(TrainingArguments arguments, TrainerState state, TrainerControl control) => Add();

        public override void OnStepBegin(TrainingArguments arguments, TrainerState state, TrainerControl control) => Add();

        public override void OnSubstepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control) => Add();

        public override void OnPreOptimizerStep(TrainingArguments arguments, TrainerState state, TrainerControl control) => Add();

        public override void OnOptimizerStep(TrainingArguments arguments, TrainerState state, TrainerControl control) => Add();

        public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control) => Add();

        public override void OnEvaluate(TrainingArguments arguments, TrainerState state, TrainerControl control, IReadOnlyDictionary<string, double> metrics) => Add();

        public override void OnPredictionStep(TrainingArguments arguments, TrainerState state, TrainerControl control) => Add();

        public override void OnSave(TrainingArguments arguments, TrainerState state, TrainerControl control) => Add();

        public override void OnLog(TrainingArguments arguments, TrainerState state, TrainerControl control, IReadOnlyDictionary<string, double> logs) => Add();

        private void Add([System.Runtime.CompilerServices.CallerMemberName] string name = "") => Events.Add(name);
    }
}
