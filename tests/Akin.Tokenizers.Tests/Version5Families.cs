using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Tokenizers.SentencePiece;

namespace Akin.Tokenizers.Tests;

/// <summary>
/// The tokenizers that the goldens of the matrix were made with: transformers 5 builds other pipelines from bare vocabulary files than version 4, which Akin
/// follows. Here they are put together from the pipelines that the goldens state, as a tokenizer.json that Akin then reads.
/// </summary>
internal static class Version5Families
{
    private static readonly Dictionary<string, (byte[] Json, string Config)> Files = [];
    private static readonly Dictionary<string, Tokenizer> Loaded = [];

    public static Tokenizer Load(string family)
    {
        lock (Loaded)
        {
            if (!Loaded.TryGetValue(family, out Tokenizer? tokenizer))
                Loaded[family] = tokenizer = LoadNew(family);
            return tokenizer;
        }
    }

    /// <summary>A tokenizer not shared with other tests.</summary>
    /// <param name="family">The family.</param>
    /// <param name="addPrefixSpace">Whether a space is put before every text, for byte-level families.</param>
    public static Tokenizer LoadNew(string family, bool addPrefixSpace = false)
    {
        if (!Files.TryGetValue(family, out (byte[] Json, string Config) files))
            Files[family] = files = (Json(family), Config(family));
        byte[] json = files.Json;
        if (addPrefixSpace)
        {
            JsonNode root = JsonNode.Parse(json)!;
            root["pre_tokenizer"]!["add_prefix_space"] = true;
            if (root["post_processor"]?["add_prefix_space"] is not null)
                root["post_processor"]!["add_prefix_space"] = true;
            json = System.Text.Encoding.UTF8.GetBytes(root.ToJsonString());
        }
        using TemporaryFolder folder = new();
        File.WriteAllBytes(Path.Combine(folder.Path, "tokenizer.json"), json);
        folder.Write("tokenizer_config.json", files.Config);
        return AutoTokenizer.FromPretrained(folder.Path);
    }

    private static byte[] Json(string family)
    {
        Tokenizer version4 = Families.Load(family, fromVocabulary: family != "t5-small");
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
            TokenizerFile.Write(writer, version4);
        JsonNode own = JsonNode.Parse(stream.ToArray())!;
        JsonNode facts = JsonNode.Parse(File.ReadAllText(GoldenFile.Tokenizers("families", "families.json")))!["families"]![family]!;
        JsonNode pipeline = (facts["other_loads"]?["class"]?["pipeline"] ?? facts["pipeline"])!.DeepClone();
        JsonNode model = pipeline["model"]!;
        model["vocab"] = own["model"]!["vocab"]!.DeepClone();
        if (model["merges"] is not null)
            model["merges"] = own["model"]!["merges"]!.DeepClone();
        if (family is "albert-base" or "xlnet-zh")
        {
            // Version 5 takes the scores as they are; version 4 makes numbers with a comma unlikely.
            SentencePieceFile file = SentencePieceFile.Read(Repository.Shared("data", "tokenizers", family, "spiece.model"));
            model["vocab"] = new JsonArray([.. file.Pieces.Select(static piece => new JsonArray(piece.Text, (double)piece.Score))]);
        }
        JsonNode? map = Charsmap(own["normalizer"]);
        foreach (JsonNode? part in Parts(pipeline["normalizer"]))
        {
            if (part?["precompiled_charsmap"] is not null)
                part["precompiled_charsmap"] = map!.DeepClone();
        }
        return System.Text.Encoding.UTF8.GetBytes(pipeline.ToJsonString());
    }

    private static string Config(string family)
    {
        JsonNode info = JsonNode.Parse(File.ReadAllText(GoldenFile.Tokenizers("matrix", "info.json")))!["families"]![family]!;
        JsonObject config = info["special_tokens_map"]!.DeepClone().AsObject();
        config["padding_side"] = (string)info["padding_side"]!;
        config["model_max_length"] = info["model_max_length"] is JsonValue length && length.TryGetValue(out int known) ? known : null;
        if (family == "clip-vit-base-patch32")
            config["tokenizer_class"] = "CLIPTokenizer";
        return config.ToJsonString();
    }

    private static JsonNode? Charsmap(JsonNode? normalizer) => Parts(normalizer).Select(static part => part?["precompiled_charsmap"]).FirstOrDefault(static map => map is not null);

    private static JsonNode?[] Parts(JsonNode? normalizer) => normalizer?["normalizers"]?.AsArray().ToArray() ?? [normalizer];
}
