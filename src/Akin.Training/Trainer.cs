using System.Diagnostics;
using System.Text.Json.Nodes;
using Akin.Kernels;
using Akin.Models;
using Akin.Tensors;
using Akin.Tokenizers;
using Akin.Training.Acceleration;
using Akin.Training.Callbacks;
using Akin.Training.Optimizers;
using Akin.Training.Schedules;
using Akin.Training.Tasks;

namespace Akin.Training;

/// <summary>Trains, evaluates and predicts: transformers' <c>Trainer</c>.</summary>
/// <remarks>
/// A run depends on its examples, arguments and first weights only: not on the number of threads, and not on interruptions. Not thread-safe.
/// </remarks>
/// <typeparam name="TExample">An example with its labels.</typeparam>
public sealed class Trainer<TExample>
{
    private readonly TrainingTask<TExample> _task;
    private readonly TrainerControl _control = new();
    private readonly Parameter[] _parameters;
    private ForwardContext? _evaluationContext;
    private ExponentialMovingAverage? _average;
    private bool _averageIsInModel;

    /// <summary>Makes a trainer.</summary>
    /// <param name="task">The model and what it is trained for.</param>
    /// <param name="arguments">How.</param>
    /// <exception cref="ArgumentException">The model was loaded for inference.</exception>
    public Trainer(TrainingTask<TExample> task, TrainingArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(arguments);
        _task = task;
        Arguments = arguments;
        _parameters = [.. task.Model.Parameters.Where(parameter => parameter.RequiresGradient)];
        if (_parameters.Length == 0)
        {
            throw new ArgumentException($"{task.Model.GetType().Name} has nothing to train: load it with `new LoadOptions {{ IsTrainable = true }}`.", nameof(task));
        }

        task.LabelSmoothing = arguments.LabelSmoothingFactor;
    }

    /// <summary>How the model is trained.</summary>
    public TrainingArguments Arguments { get; }

    /// <summary>Where the run stands.</summary>
    public TrainerState State { get; private set; } = new();

    /// <summary>What the model learns from.</summary>
    public IReadOnlyList<TExample> TrainDataset { get; init; } = [];

    /// <summary>What it is evaluated on.</summary>
    public IReadOnlyList<TExample>? EvalDataset { get; init; }

    /// <summary>Measures by name, without <c>eval_</c>, beside the loss. Default: none.</summary>
    public Func<EvaluationResult<TExample>, IReadOnlyDictionary<string, double>>? ComputeMetrics { get; init; }

    /// <summary>
    /// Measures the model by other means than the loss of examples, as by searching with it: measures by name, without <c>eval_</c>. Default: none.
    /// </summary>
    public Func<CancellationToken, IReadOnlyDictionary<string, double>>? Evaluator { get; init; }

    /// <summary>Watch and steer the run. Default: none.</summary>
    public IReadOnlyList<TrainerCallback> Callbacks { get; init; } = [];

    /// <summary>Saved with every checkpoint and model. Default: none.</summary>
    public Tokenizer? Tokenizer { get; init; }

    /// <summary>Replaces the optimizer that <see cref="TrainingArguments.Optim"/> names. Default: none.</summary>
    public Optimizer? Optimizer { get; init; }

    /// <summary>Replaces the schedule that <see cref="TrainingArguments.LrSchedulerType"/> names. Default: none.</summary>
    public LearningRateSchedule? Schedule { get; init; }

    /// <summary>
    /// Replaces <see cref="TrainingArguments.TrainSamplingStrategy"/>: given the seed of an epoch, the examples of each of its batches. It must give the
    /// same for the same seed. Default: none.
    /// </summary>
    public Func<ulong, IReadOnlyList<int[]>>? BatchSampler { get; init; }

    /// <summary>The batches of an epoch by its number, in place of <see cref="BatchSampler"/>: for an order in which epochs run into each other. Default: none.</summary>
    internal Func<int, IReadOnlyList<int[]>>? EpochSampler { get; init; }

    /// <summary>Threads. Default: <see cref="WorkerPool.Shared"/>.</summary>
    public WorkerPool Pool { get; init; } = WorkerPool.Shared;

    /// <summary>
    /// Shares the work with other processes; all of them must do the same with equal trainers and see the same <see cref="TrainingArguments.OutputDir"/>.
    /// A step has <see cref="TrainingArguments.GradientAccumulationSteps"/> micro-batches for each of them, so the run is that of a single process which
    /// accumulates as many times more, up to the rounding of sums. Default: one process.
    /// </summary>
    public Accelerator Accelerator { get; init; } = new(new AcceleratorOptions { Backend = AcceleratorBackend.Threads });

    private ITrainableModel Model => _task.Model;

    private bool CanEvaluate => EvalDataset is { Count: > 0 } || Evaluator is not null;

    private int MicroBatchesPerStep => Arguments.GradientAccumulationSteps * Accelerator.ProcessCount;

    /// <summary>Trains the model.</summary>
    /// <param name="resumeFromCheckpoint">A folder <c>checkpoint-N</c> to go on from; <see langword="null"/>: from the beginning.</param>
    /// <param name="cancellationToken">Ends the run after the last whole step, writes a checkpoint of it and throws; in all processes when in one.</param>
    /// <exception cref="ArgumentException">There are no examples, or the arguments are out of bounds or contradict themselves.</exception>
    /// <exception cref="InvalidBatchException">An example does not fit the model.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is no longer finite.</exception>
    /// <exception cref="TrainingStateException">A checkpoint cannot be written or read, or is of another run.</exception>
    /// <exception cref="ProcessExchangeException">Another process failed, or is gone; or there are several without an <see cref="Accelerator"/> that joins them.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; it can be resumed.</exception>
    public TrainOutput Train(string? resumeFromCheckpoint = null, CancellationToken cancellationToken = default)
    {
        Arguments.Validate(CanEvaluate);
        Accelerator.RequireAllProcesses();
        if (TrainDataset.Count == 0)
        {
            throw new ArgumentException($"There is nothing to train on: {nameof(TrainDataset)} is empty.");
        }

        int batchesPerEpoch = BatchesOf(0).Count;
        if (batchesPerEpoch == 0)
        {
            throw new ArgumentException(
                $"An epoch has no batch: {TrainDataset.Count} examples do not fill one of {Arguments.PerDeviceTrainBatchSize}, and {nameof(TrainingArguments.DataloaderDropLast)} is set.");
        }

        int stepsPerEpoch = (batchesPerEpoch + MicroBatchesPerStep - 1) / MicroBatchesPerStep;
        int maxSteps = Arguments.MaxSteps > 0 ? Arguments.MaxSteps : (int)Math.Ceiling(Arguments.NumTrainEpochs * stepsPerEpoch);
        State = new TrainerState { MaxSteps = maxSteps, NumTrainEpochs = maxSteps / (double)stepsPerEpoch };
        Optimizer optimizer = Optimizer ?? MakeOptimizer();
        LearningRateSchedule schedule = Schedule
            ?? LearningRateSchedule.Create(Arguments.LrSchedulerType, Arguments.GetWarmupSteps(maxSteps), maxSteps, Arguments.LrSchedulerKwargs);
        (_control.ShouldTrainingStop, _control.ShouldEpochStop, _control.ShouldEvaluate, _control.ShouldSave, _control.ShouldLog) = (false, false, false, false, false);
        // One process stops between two layers. Several agree to stop, between two steps: none may leave an exchange that others wait in.
        CancellationToken token = Accelerator.ProcessCount == 1 ? cancellationToken : CancellationToken.None;
        Accelerator.Prepare(Model, token);
        _average = Arguments.EmaDecay is { } decay ? new ExponentialMovingAverage(_parameters, decay) : null;
        Begin(resumeFromCheckpoint, optimizer);

        Stopwatch clock = Stopwatch.StartNew();
        (int firstStep, long firstToken) = (State.GlobalStep, State.NumInputTokensSeen);
        _control.ShouldTrainingStop |= State.GlobalStep >= maxSteps;
        Raise(callback => callback.OnTrainBegin(Arguments, State, _control));
        if (Arguments.EvalOnStart && State.GlobalStep == 0 && CanEvaluate)
        {
            Evaluate(cancellationToken: token);
        }

        ForwardContext context = new(Pool, new Tape()) { CancellationToken = token, GradientCheckpointing = Arguments.GradientCheckpointing };
        long examples = 0;
        try
        {
            Act(optimizer, token); // what an interruption kept from being done
            while (!_control.ShouldTrainingStop)
            {
                examples += RunEpoch(context, optimizer, schedule, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            ClearGradients();
            UseAverage(false);
            SaveCheckpoint(optimizer);
            throw;
        }

        TakeBestModel();
        double seconds = clock.Elapsed.TotalSeconds;
        Dictionary<string, double> metrics = new()
        {
            ["train_runtime"] = seconds,
            ["train_samples_per_second"] = examples / seconds,
            ["train_steps_per_second"] = (State.GlobalStep - firstStep) / seconds,
            ["train_tokens_per_second"] = (State.NumInputTokensSeen - firstToken) / seconds,
            ["train_loss"] = State.GlobalStep == 0 ? double.NaN : State.LossSum / State.GlobalStep,
        };
        LogEntry(metrics);
        Raise(callback => callback.OnTrainEnd(Arguments, State, _control));
        return new TrainOutput(State.GlobalStep, metrics["train_loss"], metrics);
    }

    /// <summary>Measures the model.</summary>
    /// <remarks>The loss is the mean over all targets, whatever the size of batches.</remarks>
    /// <param name="dataset">Examples. Default: <see cref="EvalDataset"/>, which may be missing when there is an <see cref="Evaluator"/>.</param>
    /// <param name="metricKeyPrefix">What names begin with, before an underscore. Default: <c>eval</c>.</param>
    /// <param name="cancellationToken">Ends it between two layers.</param>
    /// <returns>The loss, the time, and what <see cref="ComputeMetrics"/> and <see cref="Evaluator"/> say.</returns>
    /// <exception cref="ArgumentException">There are no examples.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(
        IReadOnlyList<TExample>? dataset = null, string metricKeyPrefix = "eval", CancellationToken cancellationToken = default)
    {
        Dictionary<string, double> metrics = dataset is null && EvalDataset is null && Evaluator is not null
            ? []
            : RunEvaluation(dataset ?? EvalDataset ?? [], metricKeyPrefix, keepsPredictions: ComputeMetrics is not null, cancellationToken).Metrics;
        if (Evaluator is not null)
        {
            AddPrefixed(metrics, Evaluator(cancellationToken), metricKeyPrefix);
        }

        LogEntry(metrics);
        Raise(callback => callback.OnEvaluate(Arguments, State, _control, metrics));
        return metrics;
    }

    /// <summary>Asks the model.</summary>
    /// <param name="dataset">Examples.</param>
    /// <param name="metricKeyPrefix">What names of measures begin with, before an underscore. Default: <c>test</c>.</param>
    /// <param name="cancellationToken">Ends it between two layers.</param>
    /// <exception cref="ArgumentException">There are no examples.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public PredictionOutput Predict(IReadOnlyList<TExample> dataset, string metricKeyPrefix = "test", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        (List<Prediction> predictions, Dictionary<string, double> metrics) = RunEvaluation(dataset, metricKeyPrefix, keepsPredictions: true, cancellationToken);
        Raise(callback => callback.OnPredict(Arguments, State, _control, metrics));
        return new PredictionOutput(predictions, metrics);
    }

    /// <summary>Writes the model, and the tokenizer if there is one, as Python's libraries read them.</summary>
    /// <param name="outputDir">The folder. Default: <see cref="TrainingArguments.OutputDir"/>.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public void SaveModel(string? outputDir = null) => Accelerator.OnMainProcess(() =>
    {
        Model.SavePretrained(outputDir ?? Arguments.OutputDir);
        Tokenizer?.SavePretrained(outputDir ?? Arguments.OutputDir);
    });

    private void Begin(string? checkpoint, Optimizer optimizer)
    {
        Accelerator.OnMainProcess(() =>
        {
            TrainerCheckpoint.Recover(Arguments.OutputDir);
            if (checkpoint is null && TrainerCheckpoint.FindLast(Arguments.OutputDir) is { } earlier)
            {
                if (!Arguments.OverwriteOutputDir)
                {
                    throw new TrainingStateException(
                        earlier, "a checkpoint of an earlier run", "a folder without checkpoints",
                        $"Resume from it, choose another {nameof(TrainingArguments.OutputDir)}, or set {nameof(TrainingArguments.OverwriteOutputDir)}.");
                }

                TrainerCheckpoint.DeleteAll(Arguments.OutputDir);
            }
        });
        if (checkpoint is not null)
        {
            TrainerCheckpoint.Load(TrainerCheckpoint.AfterRecovery(checkpoint), State, _control, DescribeRun(), Model, optimizer, _average, Callbacks);
        }

        RequireEqualRuns();
    }

    /// <summary>Processes that began at different steps, or with different arguments, would wait for each other at different places.</summary>
    private void RequireEqualRuns()
    {
        JsonObject run = DescribeRun();
        (run["step"], run["max_steps"]) = (State.GlobalStep, State.MaxSteps);
        string[] runs = [.. Accelerator.Gather<char>(run.ToJsonString()).Select(text => new string(text))];
        for (int i = 1; i < runs.Length; i++)
        {
            if (runs[i] != runs[0])
            {
                throw new TrainingStateException(
                    Arguments.OutputDir, $"in process {i} the run {runs[i]}", $"that of process 0, {runs[0]}",
                    "Give all processes the same arguments, examples and checkpoint, in a folder that all of them see.");
            }
        }
    }

    private long RunEpoch(ForwardContext context, Optimizer optimizer, LearningRateSchedule schedule, CancellationToken cancellationToken)
    {
        IReadOnlyList<int[]> batches = BatchesOf(State.EpochIndex);
        if (State.BatchIndex == 0)
        {
            Raise(callback => callback.OnEpochBegin(Arguments, State, _control));
        }

        long examples = 0;
        bool isEnded = false;
        while (!isEnded && !_control.ShouldTrainingStop)
        {
            if (Accelerator.Sum(cancellationToken.IsCancellationRequested ? 1 : 0, context.CancellationToken) > 0)
            {
                throw new OperationCanceledException(cancellationToken);
            }

            int[][] step = [.. batches.Skip(State.BatchIndex).Take(MicroBatchesPerStep)];
            TakeStep(context, optimizer, schedule, step);
            examples += step.Sum(batch => batch.Length);
            State.BatchIndex += step.Length;
            State.Epoch = State.EpochIndex + (State.BatchIndex / (double)batches.Count);
            DecideAfterStep();
            Raise(callback => callback.OnStepEnd(Arguments, State, _control));
            isEnded = State.BatchIndex == batches.Count || _control.ShouldEpochStop;
            if (isEnded)
            {
                // All that is due is decided before any of it is done, so that a checkpoint stands behind the whole epoch.
                State.EpochIndex++;
                State.BatchIndex = 0;
                _control.ShouldEpochStop = false;
                DecideAfterEpoch();
                Raise(callback => callback.OnEpochEnd(Arguments, State, _control));
            }

            Act(optimizer, context.CancellationToken);
        }

        return examples;
    }

    private void TakeStep(ForwardContext context, Optimizer optimizer, LearningRateSchedule schedule, int[][] batches)
    {
        Raise(callback => callback.OnStepBegin(Arguments, State, _control));
        schedule.Apply(optimizer, State.GlobalStep);
        State.LastLearningRate = optimizer.Groups[0].LearningRate;
        ulong seed = Seeds.Derive(Arguments.Seed, (ulong)State.GlobalStep);
        int[] mine = [.. Enumerable.Range(0, batches.Length).Where(i => i % Accelerator.ProcessCount == Accelerator.ProcessIndex)];
        TrainingBatch[] collated =
            [.. mine.Select(i => _task.Collate([.. batches[i].Select(index => TrainDataset[index])], Seeds.Derive(seed, (2 * (ulong)i) + 1)))];
        double targetCount = Accelerator.Sum(collated.Sum(batch => batch.TargetCount), context.CancellationToken);
        Span<double> sums = [0, collated.Sum(batch => batch.TokenCount)];
        bool isExchanged = false;
        bool isWithoutTargets = false;
        for (int i = 0; i < collated.Length; i++)
        {
            bool isLast = i == collated.Length - 1;
            double weight = Arguments.AccumulationWeighting switch
            {
                AccumulationWeighting.Sum => 1,
                AccumulationWeighting.Mean => 1.0 / batches.Length,
                _ => targetCount == 0 ? 0 : collated[i].TargetCount / targetCount,
            };
            if (weight > 0)
            {
                context.DropoutSeed = Seeds.Derive(seed, 2 * (ulong)mine[i]);
                Tensor batchLoss = collated[i].Forward(context).Loss;
                sums[0] += weight * batchLoss.Span[0];
                isWithoutTargets |= collated[i].TargetCount == 0;
                if (isLast)
                {
                    Accelerator.Backward(context, batchLoss, weight);
                    isExchanged = true;
                }
                else
                {
                    context.Backward(batchLoss, (float)weight);
                }

                context.Reset();
            }

            if (!isLast)
            {
                Raise(callback => callback.OnSubstepEnd(Arguments, State, _control));
            }
        }

        if (!isExchanged)
        {
            Accelerator.SynchronizeGradients(context);
        }

        Accelerator.Sum(sums, context.CancellationToken);
        double loss = sums[0];
        if (!double.IsFinite(loss))
        {
            throw Diverged($"the loss is {loss}", isWithoutTargets);
        }

        State.LastGradientNorm = GradientClipping.Norm(_parameters, pool: Pool);
        if (!double.IsFinite(State.LastGradientNorm))
        {
            throw Diverged($"the norm of the gradient is {State.LastGradientNorm}", isWithoutTargets: false);
        }

        State.LastLoss = loss;
        Raise(callback => callback.OnPreOptimizerStep(Arguments, State, _control));
        optimizer.Step(Arguments.MaxGradNorm > 0 ? GradientClipping.Factor(State.LastGradientNorm, Arguments.MaxGradNorm) : 1, Pool);
        Raise(callback => callback.OnOptimizerStep(Arguments, State, _control));
        ClearGradients();
        _average?.Update(Pool);
        State.GlobalStep++;
        State.NumInputTokensSeen += (long)sums[1];
        State.LossSum += loss;
        State.PendingLoss += loss;
        State.PendingSteps++;
    }

    /// <summary>Transformers' default flow: what is due after a step.</summary>
    private void DecideAfterStep()
    {
        bool IsDue(double every) => State.GlobalStep % Math.Max(1, TrainingArguments.Resolve(every, State.MaxSteps)) == 0;
        _control.ShouldLog |= (State.GlobalStep == 1 && Arguments.LoggingFirstStep) || (Arguments.LoggingStrategy == IntervalStrategy.Steps && IsDue(Arguments.LoggingSteps));
        _control.ShouldEvaluate |= Arguments.EvalStrategy == IntervalStrategy.Steps
            && IsDue(Arguments.EvalSteps ?? Arguments.LoggingSteps) && State.GlobalStep >= Arguments.EvalDelay;
        _control.ShouldSave |= Arguments.SaveStrategy == SaveStrategy.Steps && IsDue(Arguments.SaveSteps);
        if (State.GlobalStep >= State.MaxSteps)
        {
            _control.ShouldTrainingStop = true;
            _control.ShouldSave |= Arguments.SaveStrategy == SaveStrategy.Steps;
        }
    }

    private void DecideAfterEpoch()
    {
        _control.ShouldEvaluate |= Arguments.EvalStrategy == IntervalStrategy.Epoch && State.Epoch >= Arguments.EvalDelay;
        _control.ShouldLog |= Arguments.LoggingStrategy == IntervalStrategy.Epoch;
        _control.ShouldSave |= Arguments.SaveStrategy == SaveStrategy.Epoch;
    }

    private void Act(Optimizer optimizer, CancellationToken cancellationToken)
    {
        if (_control.ShouldLog)
        {
            _control.ShouldLog = false;
            if (State.PendingSteps > 0)
            {
                LogEntry(new Dictionary<string, double>
                {
                    ["loss"] = State.PendingLoss / State.PendingSteps,
                    ["grad_norm"] = State.LastGradientNorm,
                    ["learning_rate"] = State.LastLearningRate,
                });
                (State.PendingLoss, State.PendingSteps) = (0, 0);
            }
        }

        if (_control.ShouldEvaluate)
        {
            UseAverage(true);
            IReadOnlyDictionary<string, double> metrics = Evaluate(cancellationToken: cancellationToken);
            UseAverage(false);
            _control.ShouldEvaluate = false; // only now: a run that is cancelled meanwhile evaluates when it is resumed
            if (IsBest(metrics))
            {
                _control.ShouldSave |= Arguments.LoadBestModelAtEnd || Arguments.SaveStrategy == SaveStrategy.Best;
                State.BestModelCheckpoint = _control.ShouldSave ? TrainerCheckpoint.FolderOf(Arguments.OutputDir, State.GlobalStep) : null;
            }
        }

        if (_control.ShouldSave)
        {
            _control.ShouldSave = false;
            SaveCheckpoint(optimizer);
        }
    }

    private bool IsBest(IReadOnlyDictionary<string, double> metrics)
    {
        if (!metrics.TryGetValue(Arguments.BestMetric, out double value))
        {
            if (Arguments is { MetricForBestModel: null, LoadBestModelAtEnd: false, SaveStrategy: not SaveStrategy.Best })
            {
                return false; // nobody asked for the best one, and an evaluator alone gives no loss
            }

            throw new ArgumentException(
                $"The best model is the one best at '{Arguments.BestMetric}', but the evaluation gave {string.Join(", ", metrics.Keys)}: set {nameof(TrainingArguments.MetricForBestModel)} to one of these.");
        }

        if (State.BestMetric is { } best && !(Arguments.GreaterIsBetterResolved ? value > best : value < best))
        {
            return false;
        }

        (State.BestMetric, State.BestGlobalStep) = (value, State.GlobalStep);
        return true;
    }

    private void SaveCheckpoint(Optimizer optimizer)
    {
        Accelerator.OnMainProcess(() =>
        {
            TrainerCheckpoint.Save(
                Arguments.OutputDir, State, _control, DescribeRun(), Model, optimizer, _average, Callbacks, folder => Tokenizer?.SavePretrained(folder));
            TrainerCheckpoint.Rotate(Arguments.OutputDir, Arguments.SaveTotalLimit, State.BestModelCheckpoint);
        });
        Raise(callback => callback.OnSave(Arguments, State, _control));
    }

    private void TakeBestModel()
    {
        if (Arguments.LoadBestModelAtEnd && State.BestModelCheckpoint is { } best)
        {
            TrainerCheckpoint.LoadModel(best, Model);
            if (_average is not null)
            {
                TrainerCheckpoint.LoadAverage(best, _average);
            }
        }

        UseAverage(true);
        _average = null;
        _averageIsInModel = false;
    }

    /// <summary>Puts the average of the weights into the model, or the weights back.</summary>
    private void UseAverage(bool isUsed)
    {
        if (_average is not null && isUsed != _averageIsInModel)
        {
            _average.Swap();
            _averageIsInModel = isUsed;
        }
    }

    private (List<Prediction> Predictions, Dictionary<string, double> Metrics) RunEvaluation(
        IReadOnlyList<TExample> dataset, string prefix, bool keepsPredictions, CancellationToken cancellationToken)
    {
        if (dataset.Count == 0)
        {
            throw new ArgumentException($"There are no examples to run: give some, or set {nameof(EvalDataset)}.", nameof(dataset));
        }

        Stopwatch clock = Stopwatch.StartNew();
        ForwardContext context = _evaluationContext ??= new ForwardContext(Pool);
        context.CancellationToken = cancellationToken;
        List<Prediction> predictions = [];
        Span<double> sums = [0, 0]; // loss, targets
        int batchCount = 0;
        foreach (int[] indices in Enumerable.Range(0, dataset.Count).Chunk(Arguments.PerDeviceEvalBatchSize))
        {
            if (batchCount++ % Accelerator.ProcessCount != Accelerator.ProcessIndex)
            {
                continue;
            }

            TrainingBatch batch = _task.Collate([.. indices.Select(index => dataset[index])], Seeds.Derive(Arguments.Seed, (ulong)batchCount - 1));
            try
            {
                TaskOutput output = batch.Forward(context);
                if (batch.TargetCount > 0)
                {
                    sums[0] += (double)output.Loss.Span[0] * batch.TargetCount;
                    sums[1] += batch.TargetCount;
                }

                if (keepsPredictions)
                {
                    predictions.AddRange(batch.Predictions(output));
                }
            }
            finally
            {
                context.Reset();
            }

            Raise(callback => callback.OnPredictionStep(Arguments, State, _control));
        }

        Accelerator.Sum(sums, cancellationToken);
        predictions = PredictionExchange.Gather(Accelerator, predictions, dataset.Count, Arguments.PerDeviceEvalBatchSize, cancellationToken);
        double seconds = clock.Elapsed.TotalSeconds;
        Dictionary<string, double> metrics = new()
        {
            [$"{prefix}_loss"] = sums[0] / sums[1],
            [$"{prefix}_runtime"] = seconds,
            [$"{prefix}_samples_per_second"] = dataset.Count / seconds,
            [$"{prefix}_steps_per_second"] = batchCount / seconds,
        };
        if (ComputeMetrics is not null)
        {
            AddPrefixed(metrics, ComputeMetrics(new EvaluationResult<TExample>(dataset, predictions)), prefix);
        }

        return (predictions, metrics);
    }

    private static void AddPrefixed(Dictionary<string, double> metrics, IReadOnlyDictionary<string, double> more, string prefix)
    {
        foreach ((string name, double value) in more)
        {
            metrics[name.StartsWith($"{prefix}_", StringComparison.Ordinal) ? name : $"{prefix}_{name}"] = value;
        }
    }

    private IReadOnlyList<int[]> BatchesOf(int epoch)
    {
        ulong seed = Seeds.Derive(Arguments.DataSeed ?? Arguments.Seed, (ulong)epoch);
        return EpochSampler?.Invoke(epoch) ?? BatchSampler?.Invoke(seed) ?? EpochBatches.Make(
            Arguments.TrainSamplingStrategy, TrainDataset.Count, Arguments.PerDeviceTrainBatchSize, Arguments.DataloaderDropLast,
            index => _task.TokenCount(TrainDataset[index]), seed);
    }

    private Optimizer MakeOptimizer()
    {
        IReadOnlyList<ParameterGroup> groups = Arguments.LayerwiseLearningRateDecay is { } layerDecay
            ? ParameterGrouping.ByLayer(_parameters, Arguments.LearningRate, Arguments.WeightDecay, layerDecay)
            : ParameterGrouping.ByDecay(_parameters, Arguments.LearningRate, Arguments.WeightDecay);
        AdamOptions adam = new() { Beta1 = Arguments.AdamBeta1, Beta2 = Arguments.AdamBeta2, Epsilon = Arguments.AdamEpsilon };
        return Arguments.Optim switch
        {
            OptimizerKind.AdamW => new AdamW(groups, adam),
            OptimizerKind.BertAdam => new BertAdam(groups, adam),
            OptimizerKind.Sgd => new Sgd(groups),
            OptimizerKind.Adafactor => new Adafactor(groups, new AdafactorOptions { ScaleParameter = false, RelativeStep = false }),
            _ => throw new ArgumentOutOfRangeException(
                nameof(TrainingArguments.Optim), Arguments.Optim, $"There is no such optimizer; there are {string.Join(", ", Enum.GetNames<OptimizerKind>())}."),
        };
    }

    /// <summary>What the order of examples and the random numbers follow from: a checkpoint fits no other run.</summary>
    private JsonObject DescribeRun() => new()
    {
        ["examples"] = TrainDataset.Count,
        ["per_device_train_batch_size"] = Arguments.PerDeviceTrainBatchSize,
        ["gradient_accumulation_steps"] = MicroBatchesPerStep,
        ["train_sampling_strategy"] = BatchSampler is null && EpochSampler is null ? Arguments.TrainSamplingStrategy.ToString() : "custom",
        ["dataloader_drop_last"] = Arguments.DataloaderDropLast,
        ["seed"] = Arguments.Seed,
        ["data_seed"] = Arguments.DataSeed ?? Arguments.Seed,
    };

    private TrainingDivergedException Diverged(string found, bool isWithoutTargets)
    {
        string? weight = _parameters.FirstOrDefault(parameter => !AreFinite(parameter.Value.Span))?.Name;
        string? gradient = _parameters.FirstOrDefault(parameter => parameter.Gradient is { } tensor && !AreFinite(tensor.Span))?.Name;
        return new TrainingDivergedException(
            State.GlobalStep + 1, weight ?? (gradient is null ? "loss" : $"{gradient} (gradient)"), found, State.LastLearningRate,
            isWithoutTargets
                ? $"The micro-batch has no target that counts: weigh micro-batches by {AccumulationWeighting.Targets}."
                : "Lower the learning rate, warm up longer or clip the gradient; resume from the last checkpoint.");
    }

    private static bool AreFinite(ReadOnlySpan<float> numbers)
    {
        foreach (float number in numbers)
        {
            if (!float.IsFinite(number))
            {
                return false;
            }
        }

        return true;
    }

    private void ClearGradients()
    {
        foreach (Parameter parameter in _parameters)
        {
            parameter.ClearGradient();
        }
    }

    private void LogEntry(IReadOnlyDictionary<string, double> values)
    {
        Dictionary<string, double> entry = new(values) { ["epoch"] = State.Epoch, ["step"] = State.GlobalStep };
        State.Log.Add(entry);
        Raise(callback => callback.OnLog(Arguments, State, _control, entry));
    }

    private void Raise(Action<TrainerCallback> raise)
    {
        foreach (TrainerCallback callback in Callbacks.Where(callback => Accelerator.IsMainProcess || !callback.IsForMainProcess))
        {
            raise(callback);
        }
    }
}
