using Akin.Models.Architectures;
using Akin.Models.Configuration;

namespace Akin.Models;

/// <summary>The architectures Akin has: a new one is its own file and a line here.</summary>
public static class ArchitectureRegistry
{
    /// <summary>All architectures.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        Bert.Architecture,
        DistilBert.Architecture,
        Roberta.Architecture,
        XLMRoberta.Architecture,
        Electra.Architecture,
        MPNet.Architecture,
        Albert.Architecture,
        Gpt2.Architecture,
        Bart.Architecture,
        Marian.Architecture,
        T5.Architecture,
    ];

    /// <summary>Finds the architecture of a configuration by its <c>model_type</c>.</summary>
    /// <exception cref="ConfigException">The model type is missing or not supported; the message lists what is.</exception>
    public static Architecture Find(ConfigReader json)
    {
        ArgumentNullException.ThrowIfNull(json);
        string? modelType = json.Text("model_type");
        return All.FirstOrDefault(architecture => architecture.ModelType == modelType)
            ?? throw json.Refuse("model_type", string.Join(", ", All.Select(architecture => $"\"{architecture.ModelType}\"")));
    }
}
