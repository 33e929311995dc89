using System.Text.Json;

namespace Akin.Pipelines.Tests;

/// <summary>The calls of a pipeline in the goldens, with their results.</summary>
/// <param name="task">The name of the file.</param>
internal sealed class PipelineCalls(string task)
{
    private readonly JsonElement[] _calls =
        [.. JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("models", "pipelines", $"{task}.json"))).RootElement.GetProperty("calls").EnumerateArray()];

    public JsonElement this[int call] => _calls[call];

    /// <summary>The calls that have a result.</summary>
    public TheoryData<int> Answered => [.. Enumerable.Range(0, _calls.Length).Where(call => _calls[call].TryGetProperty("result", out _))];

    /// <summary>The model of a call.</summary>
    public string Checkpoint(int call) => Repository.Golden(["models", .. _calls[call].GetProperty("checkpoint").GetString()!.Split('/')]);

    /// <summary>The items of a list, or the only one.</summary>
    public static JsonElement[] Items(JsonElement value) => value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
}
