using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.Decoders;

/// <summary>Turns the suffix that ends a word into a space, and drops it at the end of the text (<c>BPEDecoder</c>).</summary>
public sealed class BpeDecoder : Decoder
{
    /// <inheritdoc/>
    public override string Type => "BPEDecoder";

    /// <summary>The suffix of tokens that end a word. Default <c>&lt;/w&gt;</c>.</summary>
    public string Suffix { get; init; } = "</w>";

    internal static BpeDecoder Read(JsonFields fields) => new() { Suffix = fields.NonEmpty("suffix") };

    internal override void Rewrite(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
            tokens[i] = tokens[i].Replace(Suffix, i == tokens.Count - 1 ? string.Empty : " ", StringComparison.Ordinal);
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => writer.WriteString("suffix", Suffix);
}
