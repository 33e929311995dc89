namespace Akin.Models.Checkpoints;

/// <summary>
/// The one place that knows how stored names differ from those that an architecture asks for. Four differences are known,
/// as in transformers; nothing else is guessed, so that a missing or unexpected tensor is reported under its own name:
/// <list type="bullet">
/// <item><c>….LayerNorm.gamma</c> and <c>….LayerNorm.beta</c>, from before 2019, are <c>weight</c> and <c>bias</c>.</item>
/// <item><c>….embeddings.position_ids</c>, a constant that versions before 4.31 stored, is dropped.</item>
/// <item><c>….attn.bias</c> and <c>….attn.masked_bias</c>, the causal mask that published files of GPT-2 hold, are dropped.</item>
/// <item>A file of the backbone alone (saved from <c>BertModel</c>, say) has no backbone prefix: when no name starts with it,
/// every name gets it. So an architecture always asks for <c>bert.encoder.layer.0…</c>, whichever class was saved.</item>
/// </list>
/// </summary>
internal static class CanonicalNames
{
    private static readonly string[] Constants = [".embeddings.position_ids", ".attn.bias", ".attn.masked_bias"];

    /// <summary>Canonical name → stored name.</summary>
    /// <exception cref="CheckpointException">Two stored names have one canonical name.</exception>
    public static IReadOnlyDictionary<string, string> Map(Checkpoint checkpoint, string backbonePrefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(backbonePrefix);
        bool bare = !checkpoint.Tensors.Keys.Any(name => name.StartsWith(backbonePrefix, StringComparison.Ordinal));
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        foreach (string stored in checkpoint.Tensors.Keys)
        {
            string name = bare ? backbonePrefix + stored : stored;
            if (Constants.Any(constant => name.EndsWith(constant, StringComparison.Ordinal)))
            {
                continue;
            }

            name = ReplaceEnding(ReplaceEnding(name, "LayerNorm.gamma", "LayerNorm.weight"), "LayerNorm.beta", "LayerNorm.bias");
            if (!map.TryAdd(name, stored))
            {
                throw new CheckpointException(checkpoint.Path, stored, $"'{map[name]}' too, which is the same parameter", "one of them", "Remove the one that is not meant.");
            }
        }

        return map;
    }

    private static string ReplaceEnding(string name, string ending, string replacement) =>
        name.EndsWith(ending, StringComparison.Ordinal) ? string.Concat(name.AsSpan(0, name.Length - ending.Length), replacement) : name;
}
