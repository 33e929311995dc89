using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Akin.Models.Configuration;
using Akin.Models.Generation;

namespace Akin.Models.Tests.Generation;

/// <summary>What transformers wrote with one model: <c>golden/models/generation/generate.json</c>.</summary>
public sealed class GoldenGeneration
{
    private static readonly JsonArray Models = JsonNode.Parse(File.ReadAllBytes(Repository.Golden("models", "generation", "generate.json")))!["models"]!.AsArray();

    private static readonly ConcurrentDictionary<string, PretrainedModel> LoadedModels = [];

    private readonly JsonNode _model;

    public GoldenGeneration(string architecture)
    {
        _model = Models.Single(model => model!["arch"]!.GetValue<string>() == architecture)!;
        Folder = Repository.Golden(["models", .. _model["checkpoint"]!.GetValue<string>().Split('/')]);
        int[][] ids = Rows(_model["input_ids"]!);
        int[][] mask = Rows(_model["attention_mask"]!);
        Inputs = [.. ids.Zip(mask, (row, kept) => row.Zip(kept).Where(pair => pair.Second == 1).Select(pair => pair.First).ToArray())];
        PaddedLength = ids[0].Length;
    }

    public string Folder { get; }

    public PretrainedModel Model => LoadedModels.GetOrAdd(
        Folder, folder => Path.GetFileName(folder) == "causal_lm" ? AutoModelForCausalLM.FromPretrained(folder) : AutoModelForSeq2SeqLM.FromPretrained(folder));

    /// <summary>The texts without padding.</summary>
    public int[][] Inputs { get; }

    /// <summary>Tokens of the padded rows.</summary>
    public int PaddedLength { get; }

    public IEnumerable<JsonNode> Cases => _model["cases"]!.AsArray()!;

    public JsonNode? StopStrings => _model["stop_strings"];

    public int[][] GreedyRowsAlone => Rows(_model["greedy_rows_alone"]!);

    public static TheoryData<string, string> CaseNames(params string[] architectures)
    {
        TheoryData<string, string> names = [];
        foreach (string architecture in architectures)
        {
            foreach (JsonNode @case in new GoldenGeneration(architecture).Cases)
            {
                names.Add(architecture, @case["name"]!.GetValue<string>());
            }
        }

        return names;
    }

    public static int[][] Rows(JsonNode node) => [.. node.AsArray().Select(row => row!.AsArray().Select(id => id!.GetValue<int>()).ToArray())];

    public JsonNode Case(string name) => Cases.Single(candidate => candidate["name"]!.GetValue<string>() == name);

    /// <summary>The folder's configuration with a case's options, which are named alike.</summary>
    public GenerationConfig Config(JsonNode options)
    {
        JsonObject json = (JsonObject)JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder, "generation_config.json")))!;
        foreach ((string name, JsonNode? value) in options.AsObject())
        {
            json[name] = value?.DeepClone();
        }

        return GenerationConfig.FromJson(new ConfigReader((JsonObject)JsonNode.Parse(json.ToJsonString())!));
    }
}
