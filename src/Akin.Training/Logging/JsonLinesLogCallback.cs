using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Models.Checkpoints;
using Akin.Training.Callbacks;

namespace Akin.Training.Logging;

/// <summary>Writes every log as a line of JSON, <c>{"loss":0.31,…,"epoch":1.5,"step":200}</c>; NaN and infinities become null.</summary>
/// <remarks>A resumed run first takes off the lines behind the step it goes on from, so that the file reads as if there had been no interruption.</remarks>
/// <param name="path">The file; its folder is made.</param>
public sealed class JsonLinesLogCallback(string path) : TrainerCallback
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <inheritdoc/>
    public override bool IsForMainProcess => true;

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string[] kept = state.GlobalStep == 0 || !File.Exists(path) ? [] : [.. File.ReadLines(path).Where(line => StepOf(line) <= state.GlobalStep)];
        byte[] text = Utf8.GetBytes(string.Concat(kept.Select(line => line + "\n")));
        AtomicFile.Write(path, stream => stream.Write(text));
    }

    /// <inheritdoc/>
    public override void OnLog(TrainingArguments arguments, TrainerState state, TrainerControl control, IReadOnlyDictionary<string, double> logs)
    {
        JsonObject line = new(logs.Select(pair => KeyValuePair.Create(pair.Key, double.IsFinite(pair.Value) ? (JsonNode?)pair.Value : null)));
        File.AppendAllText(path, line.ToJsonString() + "\n", Utf8);
    }

    /// <summary>The step of a line; none for a line that a kill has cut off.</summary>
    private static double? StepOf(string line)
    {
        try
        {
            return JsonNode.Parse(line)?["step"]?.GetValue<double>();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
