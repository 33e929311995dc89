using System.CommandLine;
using System.CommandLine.Parsing;
using Akin.Hub;
using Akin.Training;
using Akin.Training.Acceleration;
using Akin.Training.FineTuning;
using Akin.Training.Logging;
using Akin.Training.Schedules;

namespace Akin.Cli.Verbs;

/// <summary>The options that every verb of <c>akin train</c> has, and what becomes of them.</summary>
/// <param name="trainFile">What the file to learn from is like.</param>
/// <param name="maxLength">What the longest text is.</param>
/// <param name="hasRecipe">Whether a recipe may say everything but where the output goes.</param>
internal sealed class TrainingOptions(
    string trainFile = "The file to learn from: .csv, .tsv or .jsonl with a header, also .gz.",
    string maxLength = "Tokens of a text; longer ones are cut (128).",
    bool hasRecipe = false)
{
    private readonly Option<string?> _model = new("--model", "-m") { Description = "The model to start from: a folder, or its name on the hub; by default the model that comes with akin." };
    private readonly Option<bool> _fromScratch = new("--from-scratch") { Description = "Begin with new weights: of the model only config.json and the tokenizer are used." };
    private readonly Option<string> _train = new("--train") { Description = trainFile, Required = !hasRecipe };
    private readonly Option<string?> _eval = new("--eval") { Description = "A file of the same form to evaluate on, after every epoch and at the end." };
    private readonly Option<string> _output = new("--output", "-o") { Description = "The folder for the model, the logs and report.html.", Required = true };
    private readonly Option<double> _epochs = Number("--epochs", 3, "Passes over the training file.");
    private readonly Option<int?> _maxSteps = SharedOptions.Positive("--max-steps", "Steps of the optimizer, instead of epochs.");
    private readonly Option<int?> _batchSize = SharedOptions.Positive("--batch-size", "Examples of a step (8).");
    private readonly Option<int?> _accumulation = SharedOptions.Positive("--accumulate", "Batches that make one step together (1).");
    private readonly Option<double> _learningRate = Number("--learning-rate", 5e-5, "The highest learning rate.");
    private readonly Option<double> _warmup = Number("--warmup", 0, "Steps in which the rate rises from 0; below 1: their share of all.");
    private readonly Option<double> _weightDecay = Number("--weight-decay", 0, "Decoupled weight decay, of all but biases and norms.");
    private readonly Option<SchedulerType> _schedule = new("--schedule")
    {
        Description = $"How the rate falls: {string.Join(", ", Enum.GetNames<SchedulerType>())}.",
        DefaultValueFactory = _ => SchedulerType.Linear,
        HelpName = "NAME",
    };
    private readonly Option<double> _labelSmoothing = Number("--label-smoothing", 0, "Share of a target that is spread over all labels.");
    private readonly Option<int?> _maxLength = SharedOptions.Positive("--max-length", maxLength);
    private readonly Option<int?> _patience = SharedOptions.Positive("--early-stopping", "Stop after so many evaluations without a better loss, and take the best model.");
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seeds new weights, the order of examples and dropout.", DefaultValueFactory = _ => 42 };
    private readonly Option<string?> _encoding = new("--encoding") { Description = "What the files are written in, such as cp949 or gb18030 (UTF-8)." };
    private readonly Option<bool> _checkpointing = new("--gradient-checkpointing") { Description = "Need much less memory and a third more time." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the last checkpoint in the output folder." };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Delete the checkpoints of an earlier run in the output folder." };

    public void AddTo(Command verb)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[
            _model, _fromScratch, _train, _eval, _output, _epochs, _maxSteps, _batchSize, _accumulation, _learningRate, _warmup, _weightDecay, _schedule,
            _labelSmoothing, _maxLength, _patience, _seed, _encoding, _checkpointing, _resume, _overwrite])
        {
            verb.Add(option);
        }
    }

    /// <summary>Fine-tunes and prints what that has brought; of several processes that <c>mpirun</c> started the main one prints.</summary>
    /// <param name="options">What only this task has; what all tasks have in common is filled in.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="context">Where to print.</param>
    /// <param name="train">The task.</param>
    public void Run<TOptions>(
        TOptions options, ParseResult arguments, CommandContext context, Func<TOptions, IProgress<DownloadProgress>?, CancellationToken, FineTuningResult> train)
        where TOptions : FineTuningOptions
    {
        TOptions filled = Fill(options, arguments, context);
        using DownloadReport download = new(context);
        FineTuningResult result = train(filled, download, context.Cancellation);
        filled.Accelerator.OnMainProcess(() => Print(result, context), context.Cancellation);
        filled.Accelerator.EndTraining(context.Cancellation);
    }

    /// <summary>Where the output goes, and whether an earlier run goes on there.</summary>
    public (string Folder, bool Resumes) OutputOf(ParseResult arguments) => (arguments.GetRequiredValue(_output), arguments.GetValue(_resume));

    /// <summary>Refuses what would be ignored beside a recipe.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="recipe">The option that names the recipe.</param>
    public void RefuseBesideRecipe(ParseResult arguments, Option recipe)
    {
        Option[] allowed = [recipe, _output, _resume];
        foreach (Option option in arguments.CommandResult.Command.Options.Except(allowed))
        {
            if (arguments.GetResult(option) is { Implicit: false })
            {
                throw new CommandException($"{option.Name} and {recipe.Name} exclude each other: write it into the recipe.");
            }
        }
    }

    private TOptions Fill<TOptions>(TOptions options, ParseResult arguments, CommandContext context)
        where TOptions : FineTuningOptions
    {
        if (arguments.GetValue(_train) is null)
        {
            throw new CommandException($"{_train.Name} is needed, or --recipe.");
        }

        string output = arguments.GetRequiredValue(_output);
        bool resumes = arguments.GetValue(_resume), overwrites = arguments.GetValue(_overwrite);
        if (!resumes && !overwrites && Directory.Exists(output) && TrainerCheckpoint.FindLast(output) is { } earlier)
        {
            throw new CommandException($"'{earlier}' is a checkpoint of an earlier run. Go on from it with --resume, start anew with --overwrite, or choose another --output.");
        }

        bool evaluates = (options with { Eval = arguments.GetValue(_eval) }).Evaluates;
        int? patience = arguments.GetValue(_patience);
        if (patience is not null && !evaluates)
        {
            throw new CommandException("--early-stopping needs something to evaluate on: add --eval FILE.");
        }

        context.StopNote = () => $"the run was saved; go on with --resume (in '{output}').";
        return options with
        {
            Model = DefaultModel.Or(arguments.GetValue(_model)),
            FromScratch = arguments.GetValue(_fromScratch),
            Train = arguments.GetRequiredValue(_train),
            Eval = arguments.GetValue(_eval),
            Encoding = arguments.GetValue(_encoding),
            MaxLength = arguments.GetValue(_maxLength),
            Resume = resumes,
            EarlyStoppingPatience = patience,
            Accelerator = new Accelerator(),
            Callbacks = context.Quiet ? [] : [new ProgressBarCallback(Console.Error)],
            Arguments = options.Arguments with
            {
                OutputDir = output,
                OverwriteOutputDir = overwrites,
                NumTrainEpochs = arguments.GetValue(_epochs),
                MaxSteps = arguments.GetValue(_maxSteps) ?? -1,
                PerDeviceTrainBatchSize = arguments.GetValue(_batchSize) ?? 8,
                GradientAccumulationSteps = arguments.GetValue(_accumulation) ?? 1,
                LearningRate = arguments.GetValue(_learningRate),
                WarmupSteps = arguments.GetValue(_warmup),
                WeightDecay = arguments.GetValue(_weightDecay),
                LrSchedulerType = arguments.GetValue(_schedule),
                LabelSmoothingFactor = arguments.GetValue(_labelSmoothing),
                Seed = arguments.GetValue(_seed),
                GradientCheckpointing = arguments.GetValue(_checkpointing),
                EvalStrategy = evaluates ? IntervalStrategy.Epoch : IntervalStrategy.No,
                LoadBestModelAtEnd = patience is not null,
            },
        };
    }

    // The measures; with --json one line of JSON.
    private static void Print(FineTuningResult result, CommandContext context)
    {
        foreach (string note in result.Notes)
        {
            context.Message(note);
        }

        if (context.Json)
        {
            Dictionary<string, object?> values = MetricsOutput.ToJson(result.Metrics);
            values["train_seconds"] = result.TrainSeconds;
            values["steps"] = result.Steps;
            values["output"] = result.OutputDir;
            JsonOutput.Write(context, values);
            return;
        }

        MetricsOutput.WriteLines(context, result.Metrics);
        context.Output.WriteLine($"{result.Steps:N0} steps in {TimeSpan.FromSeconds(result.TrainSeconds):h\\:mm\\:ss}");
        context.Message($"The model is in '{result.OutputDir}'; open {Path.Combine(result.OutputDir, "report.html")} to see how it learned.");
    }

    /// <summary>Words between commas.</summary>
    internal static string[] Names(ArgumentResult argument) =>
        [.. argument.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    internal static Option<double> Number(string name, double value, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
