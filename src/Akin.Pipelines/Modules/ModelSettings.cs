using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Models.Configuration;

namespace Akin.Pipelines.Modules;

/// <summary>What <c>config_sentence_transformers.json</c> says: prompts and the similarity function.</summary>
internal sealed record ModelSettings
{
    private const string FileName = "config_sentence_transformers.json";

    private static readonly (string Text, SimilarityFunction Value)[] Functions =
    [
        ("cosine", SimilarityFunction.Cosine),
        ("dot", SimilarityFunction.Dot),
        ("dot_product", SimilarityFunction.Dot),
        ("euclidean", SimilarityFunction.Euclidean),
        ("manhattan", SimilarityFunction.Manhattan),
    ];

    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new Dictionary<string, string>();

    public string? DefaultPromptName { get; init; }

    public SimilarityFunction Similarity { get; init; }

    /// <summary>How many leading dimensions are kept; null for all.</summary>
    public int? TruncateDimension { get; init; }

    public static ModelSettings Load(string folder)
    {
        ConfigReader config = ModuleConfig.ReadIfPresent(Path.Combine(folder, FileName));
        config.Choice("model_type", 0, ("SentenceTransformer", 0));
        ModelSettings settings = new()
        {
            Prompts = ReadPrompts(config),
            DefaultPromptName = config.Text("default_prompt_name"),
            Similarity = config.Choice("similarity_fn_name", SimilarityFunction.Cosine, Functions),
            TruncateDimension = config.OptionalInteger("truncate_dim", minimum: 1),
        };
        if (settings.DefaultPromptName is { } name && !settings.Prompts.ContainsKey(name))
        {
            throw config.Refuse("default_prompt_name", $"one of the prompts ({string.Join(", ", settings.Prompts.Keys)})");
        }

        config.Ignore("__version__");
        config.Finish();
        return settings;
    }

    public void Save(string folder)
    {
        JsonObject prompts = [];
        foreach ((string name, string prompt) in Prompts)
        {
            prompts[name] = prompt;
        }

        JsonObject config = new()
        {
            // The versions whose layout this is.
            ["__version__"] = new JsonObject { ["sentence_transformers"] = "2.7.0", ["transformers"] = "4.41.0", ["pytorch"] = "2.3.0" },
            ["prompts"] = prompts,
            ["default_prompt_name"] = DefaultPromptName,
            ["similarity_fn_name"] = Array.Find(Functions, pair => pair.Value == Similarity).Text,
        };
        if (TruncateDimension is { } dimension)
        {
            config["truncate_dim"] = dimension;
        }

        ModuleConfig.Write(Path.Combine(folder, FileName), config);
    }

    private static Dictionary<string, string> ReadPrompts(ConfigReader config)
    {
        Dictionary<string, string> prompts = [];
        switch (config.Value("prompts"))
        {
            case null:
                break;
            case JsonObject named:
                foreach ((string name, JsonNode? prompt) in named)
                {
                    prompts[name] = prompt?.GetValueKind() == JsonValueKind.String
                        ? prompt.GetValue<string>()
                        : throw config.Refuse("prompts", "texts by name");
                }

                break;
            default:
                throw config.Refuse("prompts", "texts by name");
        }

        return prompts;
    }
}
