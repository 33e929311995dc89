using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.PreTokenizers;

namespace Akin.Tokenizers.Decoders;

/// <summary>Turns the mark of <see cref="Metaspace"/> back into spaces; those of the first token disappear when the pre-tokenizer put them there.</summary>
public sealed class MetaspaceDecoder : Decoder
{
    /// <inheritdoc/>
    public override string Type => "Metaspace";

    /// <summary>The mark that stands for a space: one code point. Default ▁ (U+2581).</summary>
    public string Replacement { get; init; } = Metaspace.DefaultReplacement;

    /// <summary>When the pre-tokenizer put the mark before the text. Default always.</summary>
    public PrependScheme PrependScheme { get; init; } = PrependScheme.Always;

    /// <summary>Has no effect here; the pre-tokenizer of the same name has such a field. Default true.</summary>
    public bool Split { get; init; } = true;

    internal static MetaspaceDecoder Read(JsonFields fields) => new()
    {
        Replacement = Metaspace.ReadReplacement(fields),
        PrependScheme = Metaspace.ReadScheme(fields),
        Split = fields.Bool("split", absent: true),
    };

    internal override void Rewrite(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
            tokens[i] = tokens[i].Replace(Replacement, i == 0 && PrependScheme != PrependScheme.Never ? string.Empty : " ", StringComparison.Ordinal);
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => Metaspace.WriteMetaspace(writer, Replacement, PrependScheme, Split);
}
