using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Several pre-tokenizers, each cutting the pieces of the one before (<c>Sequence</c>).</summary>
/// <param name="preTokenizers">The stages in order.</param>
public sealed class PreTokenizerSequence(IReadOnlyList<PreTokenizer> preTokenizers) : PreTokenizer
{
    /// <inheritdoc/>
    public override string Type => "Sequence";

    /// <summary>The stages in order.</summary>
    public IReadOnlyList<PreTokenizer> PreTokenizers { get; } = preTokenizers;

    internal static PreTokenizerSequence Read(JsonFields fields) => new([.. fields.Objects("pretokenizers").Select(static item => Types.Read(item))]);

    /// <inheritdoc/>
    public override void PreTokenize(PreTokenizedText text)
    {
        for (int i = 0; i < PreTokenizers.Count; i++)
            PreTokenizers[i].PreTokenize(text);
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("pretokenizers");
        foreach (PreTokenizer preTokenizer in PreTokenizers)
            preTokenizer.Write(writer);
        writer.WriteEndArray();
    }
}
