using System.Text.Json.Nodes;
using Akin.Models.Generation;

namespace Akin.Pipelines;

/// <summary>What every pipeline that writes can be told. Immutable.</summary>
public record WritingOptions : PipelineOptions
{
    /// <summary>Changes what the model's own files say of generation, such as <c>config => config with { NumBeams = 4 }</c>. Default: nothing is changed.</summary>
    public Func<GenerationConfig, GenerationConfig>? Generation { get; init; }

    /// <summary>What stands before every text; it is not part of the result. Default: what the model's configuration says for the task.</summary>
    public string? Prefix { get; init; }

    /// <summary>Texts that are written side by side; results do not depend on it. Default: 8.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Fields of generation by the names of Python that go before the model's own files.</summary>
    internal JsonObject? Fields { get; init; }

    /// <summary>The configuration of a folder with a pipeline's defaults and these options.</summary>
    internal GenerationConfig ConfigOf(string folder, JsonObject? taskFields, GenerationConfigDefaults defaults)
    {
        GenerationConfig config = GenerationConfig.FromFolder(folder, defaults.Fields, taskFields, Fields) with { UsualNewTokens = defaults.NewTokens };
        return Generation?.Invoke(config) ?? config;
    }
}
