namespace Akin.Models.Checkpoints.Gguf;

/// <summary>
/// Names of weights in GGUF files of BERT, as llama.cpp's converter writes them (<c>gguf-py/gguf/tensor_mapping.py</c>), and what transformers calls them.
/// </summary>
internal static class GgufNames
{
    private const string LayerPrefix = "blk.";

    private static readonly Dictionary<string, string> Embeddings = new(StringComparer.Ordinal)
    {
        ["token_embd"] = "embeddings.word_embeddings",
        ["position_embd"] = "embeddings.position_embeddings",
        ["token_types"] = "embeddings.token_type_embeddings",
        ["token_embd_norm"] = "embeddings.LayerNorm",
        ["cls"] = "pooler.dense",
    };

    private static readonly Dictionary<string, string> Layers = new(StringComparer.Ordinal)
    {
        ["attn_q"] = "attention.self.query",
        ["attn_k"] = "attention.self.key",
        ["attn_v"] = "attention.self.value",
        ["attn_output"] = "attention.output.dense",
        ["attn_output_norm"] = "attention.output.LayerNorm",
        ["ffn_up"] = "intermediate.dense",
        ["ffn_down"] = "output.dense",
        ["layer_output_norm"] = "output.LayerNorm",
    };

    /// <summary>The name in transformers' <c>BertModel</c>; names that are not known stay, so that they are reported as they are.</summary>
    public static string ToTransformers(string name)
    {
        int dot = name.LastIndexOf('.');
        if (dot <= 0)
        {
            return name;
        }

        (string stem, string leaf) = (name[..dot], name[dot..]);
        if (stem.StartsWith(LayerPrefix, StringComparison.Ordinal))
        {
            string[] parts = stem.Split('.');
            return parts.Length == 3 && Layers.TryGetValue(parts[2], out string? part) ? $"encoder.layer.{parts[1]}.{part}{leaf}" : name;
        }

        return Embeddings.TryGetValue(stem, out string? own) ? own + leaf : name;
    }
}
