using System.Text.Json.Nodes;
using Akin.Models.Configuration;

namespace Akin.Models.Checkpoints.Gguf;

/// <summary>Makes of a GGUF file's named values the <c>config.json</c> that the same model has elsewhere.</summary>
internal static class GgufConfig
{
    private const string ArchitectureName = "general.architecture";
    private const string Bert = "bert";
    private const string WordEmbeddings = "token_embd.weight";
    private const string TokenTypes = "token_types.weight";

    /// <summary>The GGUF file of a model: the file itself, or the first one of a folder that has no other weights; null when there is none.</summary>
    public static string? FindFile(string path) =>
        IsFile(path) ? path : Directory.Exists(path) ? Directory.GetFiles(path, "*" + GgufCheckpoint.Extension).Order(StringComparer.Ordinal).FirstOrDefault() : null;

    /// <summary>Whether a path is that of an existing GGUF file.</summary>
    public static bool IsFile(string path) => path.EndsWith(GgufCheckpoint.Extension, StringComparison.OrdinalIgnoreCase) && File.Exists(path);

    /// <summary>Reads the configuration.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    /// <exception cref="ConfigException">The model is of another architecture, or a value is missing.</exception>
    public static ConfigReader Read(string path)
    {
        using MappedFile file = MappedFile.Open(path);
        GgufHeader header = GgufHeader.Read(file);
        string architecture = header.Values.GetValueOrDefault(ArchitectureName) as string ?? "";
        if (architecture != Bert)
        {
            throw new ConfigReader(new JsonObject { [ArchitectureName] = architecture }, path).Refuse(ArchitectureName, $"\"{Bert}\"");
        }

        JsonObject config = new()
        {
            ["architectures"] = new JsonArray("BertModel"),
            ["model_type"] = "bert",
            ["hidden_size"] = Number("embedding_length"),
            ["num_hidden_layers"] = Number("block_count"),
            ["num_attention_heads"] = Number("attention.head_count"),
            ["intermediate_size"] = Number("feed_forward_length"),
            ["max_position_embeddings"] = Number("context_length"),
            ["layer_norm_eps"] = Value("attention.layer_norm_epsilon") is double epsilon ? epsilon : throw Missing("attention.layer_norm_epsilon"),
            ["hidden_act"] = "gelu",
            ["vocab_size"] = RowCount(WordEmbeddings) ?? throw Missing(WordEmbeddings),
            ["type_vocab_size"] = RowCount(TokenTypes) ?? 2,
        };
        if (header.Values.GetValueOrDefault("tokenizer.ggml.padding_token_id") is long padding)
        {
            config["pad_token_id"] = padding;
        }

        return new ConfigReader(JsonNode.Parse(config.ToJsonString())!.AsObject(), path); // as read from a file: 0 is a number of any kind

        object? Value(string name) => header.Values.GetValueOrDefault($"{Bert}.{name}");

        long Number(string name) => Value(name) is long number ? number : throw Missing(name);

        ConfigException Missing(string name) => new ConfigReader([], path).Refuse(name.Contains('.', StringComparison.Ordinal) && RowCount(name) is null ? name : $"{Bert}.{name}", "a number");

        long? RowCount(string tensor) => header.Tensors.Find(known => known.Name == tensor)?.Shape[0];
    }
}
