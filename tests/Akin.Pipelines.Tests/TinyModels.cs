using System.Text.Json.Nodes;

namespace Akin.Pipelines.Tests;

/// <summary>The tiny SentenceTransformer folders of the goldens and what Python made of them.</summary>
internal static class TinyModels
{
    private static readonly JsonNode Golden = JsonNode.Parse(File.ReadAllBytes(Repository.Golden("models", "sentence", "tiny_outputs.json")))!;

    public static string[] Texts { get; } = [.. Golden["texts"]!.AsArray().Select(text => (string)text!)];

    public static TheoryData<string> Names() => [.. Golden["models"]!.AsArray().Select(model => (string)model!["name"]!)];

    public static JsonNode Record(string name) => Golden["models"]!.AsArray().Single(model => (string)model!["name"]! == name)!;

    public static string Folder(string name) => Repository.Golden("models", "sentence", "tiny", name);

    public static SentenceTransformer Load(string name) => SentenceTransformer.FromPretrained(Folder(name));

    public static GoldenTensors Outputs() => new("models", "sentence", "tiny_outputs.safetensors");
}
