using System.Text.Json.Nodes;
using Akin.Models.Configuration;
using Akin.Pipelines.Modules;

namespace Akin.Pipelines;

/// <summary>Where the versions of Sentence-Transformers store a cross-encoder's activation function.</summary>
internal static class CrossEncoderSettings
{
    private const string FileName = "config_sentence_transformers.json"; // since version 6
    private const string Section = "sentence_transformers"; // in config.json, versions 4 and 5
    private const string OldField = "sbert_ce_default_activation_function"; // in config.json, versions 2 and 3
    private const string Field = "activation_fn";

    private static readonly (string Text, ScoreActivation? Value)[] Activations =
    [
        ("torch.nn.modules.linear.Identity", ScoreActivation.Identity),
        ("torch.nn.modules.activation.Sigmoid", ScoreActivation.Sigmoid),
        ("torch.nn.modules.activation.Softmax", ScoreActivation.Softmax),
    ];

    /// <summary>The activation that a folder names, or <see langword="null"/>.</summary>
    /// <exception cref="ConfigException">It names one that is not supported.</exception>
    public static ScoreActivation? Read(string folder, JsonObject config)
    {
        string file = Path.Combine(folder, "config.json");
        return Named(ModuleConfig.ReadIfPresent(Path.Combine(folder, FileName)), Field)
            ?? (config[Section] is JsonObject section ? Named(new ConfigReader(section, file), Field) : null)
            ?? Named(new ConfigReader(config, file), OldField);
    }

    /// <summary>Names an activation in a model's configuration, as all versions from 2 on read it.</summary>
    public static void Write(JsonObject config, ScoreActivation activation)
    {
        string name = Array.Find(Activations, pair => pair.Value == activation).Text;
        config[Section] = new JsonObject { [Field] = name, ["version"] = "4.1.0" }; // the version whose layout this is
        config[OldField] = name;
    }

    private static ScoreActivation? Named(ConfigReader config, string field) => config.Choice(field, null, Activations);
}
