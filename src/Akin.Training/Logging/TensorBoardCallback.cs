using Akin.Training.Callbacks;

namespace Akin.Training.Logging;

/// <summary>Logs a run for TensorBoard, with the tags that transformers uses: <c>train/loss</c>, <c>eval/accuracy</c>, ….</summary>
/// <param name="folder">Where the event file goes; made when training begins.</param>
public sealed class TensorBoardCallback(string folder) : TrainerCallback, IDisposable
{
    private EventFileWriter? _writer;

    /// <inheritdoc/>
    public override bool IsForMainProcess => true;

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
        _writer?.Dispose();
        _writer = new EventFileWriter(folder);
    }

    /// <inheritdoc/>
    public override void OnLog(TrainingArguments arguments, TrainerState state, TrainerControl control, IReadOnlyDictionary<string, double> logs)
    {
        _writer ??= new EventFileWriter(folder);
        foreach ((string name, double value) in logs.Where(pair => pair.Key != "step"))
        {
            _writer.Write(Tag(name), (float)value, state.GlobalStep);
        }
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingArguments arguments, TrainerState state, TrainerControl control) => Dispose();

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
    }

    private static string Tag(string name)
    {
        foreach (string kind in (ReadOnlySpan<string>)["eval", "test"])
        {
            if (name.StartsWith($"{kind}_", StringComparison.Ordinal))
            {
                return $"{kind}/{name[(kind.Length + 1)..]}";
            }
        }

        return $"train/{name}";
    }
}
