using Akin.Hub;
using Akin.Models;
using Akin.Models.Configuration;
using Akin.Tokenizers;
using Akin.Training.Callbacks;
using Akin.Training.Logging;
using Akin.Training.Reports;

namespace Akin.Training.FineTuning;

/// <summary>What fine-tuning to every task has in common: the model's folder, the length of texts, the run itself and what it leaves behind.</summary>
internal static class FineTuningRun
{
    private const int UsualLength = 128;

    /// <summary>The folder of the model.</summary>
    public static string ResolveModel(FineTuningOptions options, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) =>
        ModelHub.ResolveFolder(options.Model, options.Hub, progress, cancellationToken);

    /// <summary>Loads the model to be trained, with a new head where the checkpoint has none or one of another size.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="folder">What <see cref="ResolveModel"/> gave.</param>
    /// <param name="labels">The labels of the head; <see langword="null"/>: those of the configuration.</param>
    /// <param name="problemType">What the scores of a sequence classifier mean.</param>
    public static THead LoadModel<THead>(FineTuningOptions options, string folder, IReadOnlyList<string>? labels = null, ProblemType? problemType = null)
        where THead : PretrainedModel
    {
        LoadOptions load = new()
        {
            IsTrainable = true,
            InitializesMissing = true,
            ReplacesMismatchedHeads = true,
            Seed = options.Arguments.Seed,
            Labels = labels,
            ProblemType = problemType,
        };
        return options.FromScratch ? AutoModel<THead>.FromConfig(ConfigReader.Open(folder).Json, load) : AutoModel<THead>.FromPretrained(folder, load);
    }

    /// <summary>How texts are cut.</summary>
    /// <exception cref="TrainingOptionException">The model cannot take so many tokens.</exception>
    public static EncodeOptions Cut(FineTuningOptions options, PretrainedModel model) => new() { Truncation = new Truncation(Length(options, model, UsualLength)) };

    /// <summary>Tokens of the longest text.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="model">What it is done with.</param>
    /// <param name="usual">The length where the options name none and the model takes as many.</param>
    /// <exception cref="TrainingOptionException">The model cannot take so many tokens.</exception>
    public static int Length(FineTuningOptions options, PretrainedModel model, int usual)
    {
        int limit = model.Config.MaxTokenCount;
        int length = options.MaxLength ?? Math.Min(usual, limit);
        return length >= 3 && length <= limit // room for a piece between two special tokens
            ? length
            : throw new TrainingOptionException($"The longest text is {length} tokens, but '{options.Model}' takes 3 to {limit}.");
    }

    /// <summary>Trains, evaluates and writes everything.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="parts">The task and its data.</param>
    /// <param name="cancellationToken">Writes a checkpoint and ends the run.</param>
    public static FineTuningResult Train<TExample>(FineTuningOptions options, FineTuningParts<TExample> parts, CancellationToken cancellationToken)
    {
        bool evaluates = parts.Eval is { Count: > 0 } || parts.Evaluator is not null;
        RequireValid(options.Arguments, evaluates);
        string output = options.Arguments.OutputDir;
        string? checkpoint = options.Resume && Directory.Exists(output) ? TrainerCheckpoint.FindLast(output) : null;
        EvaluationResult<TExample>? last = null;
        using TensorBoardCallback tensorBoard = new(Path.Combine(output, "runs"));
        Trainer<TExample> trainer = new(parts.Task, options.Arguments)
        {
            TrainDataset = parts.Train,
            EvalDataset = parts.Eval,
            Evaluator = parts.Evaluator,
            BatchSampler = parts.BatchSampler,
            Tokenizer = parts.Tokenizer,
            Accelerator = options.Accelerator,
            ComputeMetrics = parts.ComputeMetrics is not { } measure ? null : evaluation => measure(last = evaluation),
            Callbacks =
            [
                new JsonLinesLogCallback(Path.Combine(output, "log.jsonl")),
                tensorBoard,
                .. options.EarlyStoppingPatience is { } patience ? (TrainerCallback[])[new EarlyStoppingCallback(patience)] : [],
                .. options.Callbacks,
            ],
        };
        TrainOutput done = trainer.Train(checkpoint, cancellationToken);
        Dictionary<string, double> metrics = new() { ["train_loss"] = done.TrainingLoss };
        if (evaluates)
        {
            foreach ((string name, double value) in LastEvaluation(trainer) ?? trainer.Evaluate(cancellationToken: cancellationToken))
            {
                metrics[name] = value;
            }
        }

        trainer.SaveModel();
        options.Accelerator.OnMainProcess(() => parts.SaveMore?.Invoke(trainer.State), cancellationToken);
        TrainingReport report = new()
        {
            Title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output))),
            Facts =
            [
                new("model", options.Model),
                new("train", $"{options.Train} ({parts.Train.Count:N0} examples)"),
                .. parts.Eval is null ? (KeyValuePair<string, string>[])[] : [new("eval", $"{options.Eval} ({parts.Eval.Count:N0} examples)")],
                new("steps", $"{done.GlobalStep:N0}, batches of {options.Arguments.PerDeviceTrainBatchSize * options.Arguments.GradientAccumulationSteps}"),
                new("learning rate", $"{options.Arguments.LearningRate:G3}, {options.Arguments.LrSchedulerType}"),
                new("time", $"{TimeSpan.FromSeconds(done.Metrics["train_runtime"]):h\\:mm\\:ss}"),
            ],
            History = trainer.State.LogHistory,
        };
        report = last is null || parts.Describe is null ? report : parts.Describe(report, last);
        options.Accelerator.OnMainProcess(() => report.Save(Path.Combine(output, "report.html")), cancellationToken);
        return new FineTuningResult(output, done.GlobalStep, done.Metrics["train_runtime"], metrics, report) { Examples = parts.Train.Count };
    }

    /// <summary>Keeps what the model's files say of generation beside the trained model.</summary>
    public static void CopyGenerationConfig(string folder, string output)
    {
        const string Name = "generation_config.json";
        string source = Path.Combine(folder, Name);
        if (File.Exists(source) && Path.GetFullPath(source) != Path.GetFullPath(Path.Combine(output, Name)))
        {
            File.Copy(source, Path.Combine(output, Name), overwrite: true);
        }
    }

    /// <summary>Refuses arguments that are out of bounds or contradict themselves.</summary>
    /// <exception cref="TrainingOptionException">They do.</exception>
    public static void RequireValid(TrainingArguments arguments, bool hasEvaluation)
    {
        try
        {
            arguments.Validate(hasEvaluation);
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new TrainingOptionException($"{error.ParamName} is {error.ActualValue}: {error.Message.Split(" (Parameter")[0]}");
        }
        catch (ArgumentException error)
        {
            throw new TrainingOptionException(error.Message);
        }
    }

    /// <summary>The measures of the model as it is, when the last step was evaluated and its weights are the ones that were kept.</summary>
    private static IEnumerable<KeyValuePair<string, double>>? LastEvaluation<TExample>(Trainer<TExample> trainer) =>
        trainer.Arguments is { LoadBestModelAtEnd: false, EmaDecay: null }
        && trainer.State.LogHistory.LastOrDefault(entry => entry.Keys.Any(IsMeasure)) is { } entry && entry["step"] == trainer.State.GlobalStep
            ? entry.Where(value => IsMeasure(value.Key))
            : null;

    private static bool IsMeasure(string name) => name.StartsWith("eval_", StringComparison.Ordinal);
}
