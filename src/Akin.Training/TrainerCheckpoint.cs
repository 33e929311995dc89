using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Models;
using Akin.Models.Checkpoints;
using Akin.Training.Callbacks;
using Akin.Training.Optimizers;

namespace Akin.Training;

/// <summary>The folder <c>checkpoint-N</c> that a run writes after N steps, and from which it goes on with the same bits.</summary>
/// <remarks>
/// <c>config.json</c> and <c>model.safetensors</c> (a model like any other), <c>optimizer.safetensors</c>, <c>ema.safetensors</c> where there is an
/// average, and <c>trainer_state.json</c>: steps, data position, seeds, log, callbacks. Schedule, order of examples, dropout and masking follow from
/// seeds and steps alone. The folder is written under another name and renamed when it is whole, so that there is never half of one.
/// </remarks>
public static class TrainerCheckpoint
{
    private const string Prefix = "checkpoint-";
    private const string StateFile = "trainer_state.json";
    private const string OptimizerFile = "optimizer.safetensors";
    private const string AverageFile = "ema.safetensors";
    private const string UnfinishedPrefix = "tmp-" + Prefix;
    private const string ReplacedPrefix = "old-" + Prefix;
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The last checkpoint of a run; nothing is changed, so that a running program may be watched.</summary>
    /// <param name="outputDir">The run's folder.</param>
    /// <returns>Its folder, or <see langword="null"/> when there is none yet.</returns>
    public static string? FindLast(string outputDir)
    {
        // A save that was killed between its two renames leaves the checkpoint that it replaced under another name.
        string? last = All(outputDir, Prefix) is [.., var whole] ? whole : null;
        string? replaced = All(outputDir, ReplacedPrefix) is [.., var older] ? older : null;
        return (StepOf(replaced, ReplacedPrefix) ?? -1) > (StepOf(last, Prefix) ?? -1) ? replaced : last;
    }

    /// <summary>The steps behind a checkpoint that <see cref="FindLast"/> has found.</summary>
    internal static int StepOf(string folder) => StepOf(folder, Prefix) ?? StepOf(folder, ReplacedPrefix) ?? 0;

    /// <summary>Where a checkpoint that <see cref="FindLast"/> has found is after <see cref="Recover"/>.</summary>
    internal static string AfterRecovery(string folder) =>
        !Directory.Exists(folder) && StepOf(folder, ReplacedPrefix) is { } step ? FolderOf(Path.GetDirectoryName(folder)!, step) : folder;

    /// <summary>The folder of the checkpoint after a step.</summary>
    internal static string FolderOf(string outputDir, int step) => Path.Combine(outputDir, Prefix + step.ToString(CultureInfo.InvariantCulture));

    /// <summary>All checkpoints of a run, by step.</summary>
    internal static IReadOnlyList<string> All(string outputDir, string prefix = Prefix) => !Directory.Exists(outputDir)
        ? []
        : [.. Directory.EnumerateDirectories(outputDir, prefix + "*").Where(folder => StepOf(folder, prefix) is not null).OrderBy(folder => StepOf(folder, prefix))];

    /// <summary>Puts right what an interrupted save has left: half a checkpoint goes, one that was about to be replaced comes back.</summary>
    internal static void Recover(string outputDir)
    {
        if (!Directory.Exists(outputDir))
        {
            return;
        }

        foreach (string unfinished in Directory.EnumerateDirectories(outputDir, UnfinishedPrefix + "*").ToArray())
        {
            Delete(unfinished);
        }

        foreach (string replaced in Directory.EnumerateDirectories(outputDir, ReplacedPrefix + "*").ToArray())
        {
            string folder = Path.Combine(outputDir, Path.GetFileName(replaced)[(ReplacedPrefix.Length - Prefix.Length)..]);
            if (Directory.Exists(folder))
            {
                Delete(replaced);
                continue;
            }

            try
            {
                Directory.Move(replaced, folder);
            }
            catch (DirectoryNotFoundException)
            {
                // Another process of the run has put it back.
            }
        }
    }

    /// <summary>Writes a checkpoint whole or not at all.</summary>
    internal static string Save(
        string outputDir, TrainerState state, TrainerControl control, JsonObject run, ITrainableModel model, Optimizer optimizer, ExponentialMovingAverage? average,
        IReadOnlyList<TrainerCallback> callbacks, Action<string> saveMore)
    {
        string folder = FolderOf(outputDir, state.GlobalStep);
        string name = Path.GetFileName(folder);
        string unfinished = Path.Combine(outputDir, "tmp-" + name);
        string replaced = Path.Combine(outputDir, "old-" + name);
        string? previous = All(outputDir) is [.., var last] ? last : null;
        try
        {
            Directory.CreateDirectory(unfinished);
            model.SavePretrained(unfinished);
            saveMore(unfinished);
            optimizer.Save(Path.Combine(unfinished, OptimizerFile));
            average?.Save(Path.Combine(unfinished, AverageFile));
            byte[] json = Encoding.UTF8.GetBytes(ToJson(state, control, run, callbacks).ToJsonString(Format) + "\n");
            AtomicFile.Write(Path.Combine(unfinished, StateFile), stream => stream.Write(json));
            if (Directory.Exists(folder))
            {
                Directory.Move(folder, replaced);
            }

            Directory.Move(unfinished, folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or ArgumentOutOfRangeException) // how .NET reports a file that is too large for the file system or the user's limit (EFBIG)
        {
            Delete(unfinished);
            throw new TrainingStateException(
                folder, $"that it cannot be written ({exception.Message.TrimEnd('.')})", "room for a checkpoint",
                previous is null ? "There is no earlier one: make room and begin again." : $"The earlier one is whole: make room and resume from '{previous}'.", exception);
        }

        Delete(replaced);
        return folder;
    }

    /// <summary>Deletes the oldest checkpoints beyond a limit, but neither the last nor the best.</summary>
    internal static void Rotate(string outputDir, int? limit, string? best)
    {
        IReadOnlyList<string> all = All(outputDir);
        int surplus = all.Count - (limit ?? int.MaxValue);
        foreach (string folder in all.Take(all.Count - 1).Where(folder => folder != best).Take(Math.Max(0, surplus)).ToArray())
        {
            Delete(folder);
        }
    }

    internal static void DeleteAll(string outputDir)
    {
        foreach (string folder in All(outputDir))
        {
            Delete(folder);
        }
    }

    /// <summary>Takes up a run.</summary>
    internal static void Load(
        string folder, TrainerState state, TrainerControl control, JsonObject run, ITrainableModel model, Optimizer optimizer, ExponentialMovingAverage? average,
        IReadOnlyList<TrainerCallback> callbacks)
    {
        string path = Path.Combine(folder, StateFile);
        if (!File.Exists(path))
        {
            throw new TrainingStateException(folder, "no " + StateFile, "the checkpoint of a run", "Give a folder checkpoint-N that a trainer has written.");
        }

        try
        {
            JsonNode json = JsonNode.Parse(File.ReadAllBytes(path))!;
            RequireSameRun(path, json["run"]!.AsObject(), run);
            Read(json, state, control);
            foreach (TrainerCallback callback in callbacks)
            {
                if (json["stateful_callbacks"]?[callback.GetType().Name] is JsonObject kept)
                {
                    callback.ImportState(kept);
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw new TrainingStateException(path, $"damage ({exception.Message})", "the state of a run", "Resume from an earlier checkpoint.", exception);
        }

        LoadModel(folder, model);
        optimizer.Load(Path.Combine(folder, OptimizerFile));
        average?.Load(Path.Combine(folder, AverageFile));
    }

    internal static void LoadModel(string folder, ITrainableModel model) => model.LoadWeights(folder);

    internal static void LoadAverage(string folder, ExponentialMovingAverage average) => average.Load(Path.Combine(folder, AverageFile));

    private static int? StepOf(string? folder, string prefix) =>
        Path.GetFileName(folder) is { } name && name.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int step) ? step : null;

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone already.
        }
    }

    /// <summary>Data positions and random numbers mean something only in the run that they are of.</summary>
    private static void RequireSameRun(string path, JsonObject found, JsonObject run)
    {
        foreach ((string name, JsonNode? value) in run)
        {
            if (found[name]?.ToJsonString() != value?.ToJsonString())
            {
                throw new TrainingStateException(
                    path, $"{name} {found[name]?.ToJsonString() ?? "nothing"}", $"{value?.ToJsonString() ?? "nothing"}, as this run has it",
                    "Resume with the examples and arguments that the run began with.");
            }
        }
    }

    private static JsonObject ToJson(TrainerState state, TrainerControl control, JsonObject run, IReadOnlyList<TrainerCallback> callbacks)
    {
        JsonObject stateful = [];
        foreach (TrainerCallback callback in callbacks)
        {
            if (callback.ExportState() is { } kept)
            {
                stateful[callback.GetType().Name] = kept;
            }
        }

        return new JsonObject
        {
            ["best_global_step"] = state.BestGlobalStep,
            ["best_metric"] = state.BestMetric,
            ["best_model_checkpoint"] = state.BestModelCheckpoint,
            ["epoch"] = state.Epoch,
            ["global_step"] = state.GlobalStep,
            ["max_steps"] = state.MaxSteps,
            ["num_train_epochs"] = state.NumTrainEpochs,
            ["num_input_tokens_seen"] = state.NumInputTokensSeen,
            ["data_position"] = new JsonObject { ["epoch"] = state.EpochIndex, ["batch"] = state.BatchIndex },
            ["loss"] = new JsonObject { ["sum"] = state.LossSum, ["pending_sum"] = state.PendingLoss, ["pending_steps"] = state.PendingSteps },
            ["due"] = new JsonObject
            {
                // What an interruption kept from being done after this step. That all steps were done is no reason to stop a run that is made longer.
                ["evaluation"] = control.ShouldEvaluate,
                ["save"] = control.ShouldSave,
                ["stop"] = control.ShouldTrainingStop && state.GlobalStep < state.MaxSteps,
            },
            ["run"] = run.DeepClone(),
            ["stateful_callbacks"] = stateful,
            ["log_history"] = new JsonArray([.. state.Log.Select(entry => new JsonObject(entry.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Number(pair.Value)))))]),
        };
    }

    /// <summary>JSON has no NaN: such numbers are written as texts.</summary>
    private static JsonValue? Number(double value) =>
        double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture));

    private static double Number(JsonNode? value) =>
        value!.GetValueKind() == JsonValueKind.String ? double.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture) : value.GetValue<double>();

    private static void Read(JsonNode json, TrainerState state, TrainerControl control)
    {
        state.BestGlobalStep = json["best_global_step"]?.GetValue<int>();
        state.BestMetric = json["best_metric"]?.GetValue<double>();
        state.BestModelCheckpoint = json["best_model_checkpoint"]?.GetValue<string>();
        state.Epoch = json["epoch"]!.GetValue<double>();
        state.GlobalStep = json["global_step"]!.GetValue<int>();
        state.NumInputTokensSeen = json["num_input_tokens_seen"]!.GetValue<long>();
        state.EpochIndex = json["data_position"]!["epoch"]!.GetValue<int>();
        state.BatchIndex = json["data_position"]!["batch"]!.GetValue<int>();
        state.LossSum = json["loss"]!["sum"]!.GetValue<double>();
        state.PendingLoss = json["loss"]!["pending_sum"]!.GetValue<double>();
        state.PendingSteps = json["loss"]!["pending_steps"]!.GetValue<int>();
        control.ShouldEvaluate = json["due"]!["evaluation"]!.GetValue<bool>();
        control.ShouldSave = json["due"]!["save"]!.GetValue<bool>();
        control.ShouldTrainingStop = json["due"]!["stop"]!.GetValue<bool>();
        state.Log.Clear();
        state.Log.AddRange(json["log_history"]!.AsArray().Select(entry => entry!.AsObject().ToDictionary(pair => pair.Key, pair => Number(pair.Value))));
    }
}
