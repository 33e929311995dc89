using Akin.Training.Optimizers;
using Akin.Training.Schedules;

namespace Akin.Training;

/// <summary>How a model is trained; names and defaults of transformers' <c>TrainingArguments</c> (5.23).</summary>
/// <remarks>Steps are steps of the optimizer. A number of steps below 1 is a share of all steps, rounded up.</remarks>
public record TrainingArguments
{
    /// <summary>Where checkpoints and logs go. Default: <c>trainer_output</c>.</summary>
    public string OutputDir { get; init; } = "trainer_output";

    /// <summary>Whether checkpoints of an earlier run in <see cref="OutputDir"/> are deleted when a new one begins. Default: no, that is refused.</summary>
    public bool OverwriteOutputDir { get; init; }

    /// <summary>Examples of a micro-batch, at least 1. Default: 8.</summary>
    public int PerDeviceTrainBatchSize { get; init; } = 8;

    /// <summary>Examples of a batch of an evaluation, at least 1. Default: 8.</summary>
    public int PerDeviceEvalBatchSize { get; init; } = 8;

    /// <summary>Micro-batches of a step, at least 1. Default: 1.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>How the micro-batches of a step are weighted. Default: by targets.</summary>
    public AccumulationWeighting AccumulationWeighting { get; init; }

    /// <summary>The learning rate before the schedule. Default: 5e-5.</summary>
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>Weight decay of everything but biases and normalizations. Default: 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Adam's β₁. Default: 0.9.</summary>
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>Adam's β₂. Default: 0.999.</summary>
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>Adam's ε. Default: 1e-8; for BertAdam 1e-6.</summary>
    public double? AdamEpsilon { get; init; }

    /// <summary>The largest norm of the gradient; 0: no clipping. Default: 1.</summary>
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>The optimizer. Default: AdamW.</summary>
    public OptimizerKind Optim { get; init; }

    /// <summary>The learning rate of a layer as a share of that of the layer above it (<see cref="ParameterGrouping.ByLayer"/>). Default: all learn alike.</summary>
    public double? LayerwiseLearningRateDecay { get; init; }

    /// <summary>Epochs; a fraction ends within one. Default: 3.</summary>
    public double NumTrainEpochs { get; init; } = 3;

    /// <summary>Steps, whatever <see cref="NumTrainEpochs"/> says; not above 0: as the epochs say. Default: -1.</summary>
    public int MaxSteps { get; init; } = -1;

    /// <summary>The schedule. Default: linear.</summary>
    public SchedulerType LrSchedulerType { get; init; }

    /// <summary>Further settings of the schedule. Default: its own.</summary>
    public SchedulerOptions? LrSchedulerKwargs { get; init; }

    /// <summary>Steps in which the rate rises, or below 1 a share of all steps. Default: 0.</summary>
    public double WarmupSteps { get; init; }

    /// <summary>The order of examples. Default: random.</summary>
    public TrainSamplingStrategy TrainSamplingStrategy { get; init; }

    /// <summary>Whether the last batch of an epoch is dropped when it is not full. Default: no.</summary>
    public bool DataloaderDropLast { get; init; }

    /// <summary>The share of a target that is spread over all classes. Default: 0.</summary>
    public double LabelSmoothingFactor { get; init; }

    /// <summary>
    /// Whether layers keep only their input and are computed again in the backward pass: slower by a third, in much less memory. The numbers are the same.
    /// Default: no.
    /// </summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>The decay of an average of the weights that is evaluated and kept instead of them (<see cref="ExponentialMovingAverage"/>). Default: none.</summary>
    public double? EmaDecay { get; init; }

    /// <summary>Seeds the order of examples, dropout and masking. Default: 42.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Seeds the order of examples alone. Default: <see cref="Seed"/>.</summary>
    public ulong? DataSeed { get; init; }

    /// <summary>When the loss is logged. Default: by steps.</summary>
    public IntervalStrategy LoggingStrategy { get; init; } = IntervalStrategy.Steps;

    /// <summary>Steps from one log to the next. Default: 500.</summary>
    public double LoggingSteps { get; init; } = 500;

    /// <summary>Whether the first step is logged. Default: no.</summary>
    public bool LoggingFirstStep { get; init; }

    /// <summary>When the model is evaluated. Default: never.</summary>
    public IntervalStrategy EvalStrategy { get; init; }

    /// <summary>Steps from one evaluation to the next. Default: <see cref="LoggingSteps"/>.</summary>
    public double? EvalSteps { get; init; }

    /// <summary>Epochs (<see cref="EvalStrategy"/> by epochs) or steps before the first evaluation. Default: 0.</summary>
    public double EvalDelay { get; init; }

    /// <summary>Whether the model is evaluated before it is trained. Default: no.</summary>
    public bool EvalOnStart { get; init; }

    /// <summary>When a checkpoint is written. Default: by steps.</summary>
    public SaveStrategy SaveStrategy { get; init; } = SaveStrategy.Steps;

    /// <summary>Steps from one checkpoint to the next. Default: 500.</summary>
    public double SaveSteps { get; init; } = 500;

    /// <summary>The most checkpoints that are kept; the best one is not deleted. Default: all.</summary>
    public int? SaveTotalLimit { get; init; }

    /// <summary>Whether the model becomes the best one at the end; every model that is the best so far is saved then. Default: no.</summary>
    public bool LoadBestModelAtEnd { get; init; }

    /// <summary>What the best model is best at, with or without <c>eval_</c>. Default: <c>loss</c>.</summary>
    public string? MetricForBestModel { get; init; }

    /// <summary>Whether more of it is better. Default: yes, unless its name ends with <c>loss</c>.</summary>
    public bool? GreaterIsBetter { get; init; }

    internal string BestMetric =>
        (MetricForBestModel ?? "loss") is { } name && name.StartsWith("eval_", StringComparison.Ordinal) ? name : $"eval_{MetricForBestModel ?? "loss"}";

    internal bool GreaterIsBetterResolved => GreaterIsBetter ?? !BestMetric.EndsWith("loss", StringComparison.Ordinal);

    /// <summary>Steps of warm-up in a run of so many steps.</summary>
    /// <param name="totalSteps">All steps of the run.</param>
    public int GetWarmupSteps(int totalSteps) => Resolve(WarmupSteps, totalSteps);

    internal static int Resolve(double steps, int totalSteps) => steps < 1 ? (int)Math.Ceiling(steps * totalSteps) : (int)steps;

    /// <summary>Refuses what is out of bounds or contradicts itself.</summary>
    internal void Validate(bool hasEvaluation)
    {
        ArgumentException.ThrowIfNullOrEmpty(OutputDir);
        AtLeast(PerDeviceTrainBatchSize, 1, nameof(PerDeviceTrainBatchSize));
        AtLeast(PerDeviceEvalBatchSize, 1, nameof(PerDeviceEvalBatchSize));
        AtLeast(GradientAccumulationSteps, 1, nameof(GradientAccumulationSteps));
        AtLeast(WarmupSteps, 0, nameof(WarmupSteps));
        AtLeast(MaxGradNorm, 0, nameof(MaxGradNorm));
        AtLeast(SaveTotalLimit ?? 1, 1, nameof(SaveTotalLimit));
        Above0(LoggingSteps, nameof(LoggingSteps));
        Above0(EvalSteps ?? 1, nameof(EvalSteps));
        Above0(SaveSteps, nameof(SaveSteps));
        if (MaxSteps <= 0)
        {
            Above0(NumTrainEpochs, nameof(NumTrainEpochs));
        }

        if (EvalStrategy != IntervalStrategy.No && !hasEvaluation)
        {
            throw new ArgumentException($"{nameof(EvalStrategy)} is {EvalStrategy}, but the trainer has no examples to evaluate: give it some, or set {IntervalStrategy.No}.");
        }

        if ((LoadBestModelAtEnd || SaveStrategy == SaveStrategy.Best) && EvalStrategy == IntervalStrategy.No)
        {
            throw new ArgumentException($"The best model is found by evaluation, but {nameof(EvalStrategy)} is {EvalStrategy}: set {IntervalStrategy.Steps} or {IntervalStrategy.Epoch}.");
        }
    }

    private static void AtLeast(double value, double least, string name)
    {
        if (!(value >= least))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is at least {least}.");
        }
    }

    private static void Above0(double value, string name)
    {
        if (!(value > 0))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is above 0.");
        }
    }
}
