using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.Decoders;

/// <summary>Several decoders, one after the other (<c>Sequence</c>).</summary>
/// <param name="decoders">The stages in order.</param>
public sealed class DecoderSequence(IReadOnlyList<Decoder> decoders) : Decoder
{
    /// <inheritdoc/>
    public override string Type => "Sequence";

    /// <summary>The stages in order.</summary>
    public IReadOnlyList<Decoder> Decoders { get; } = decoders;

    internal static DecoderSequence Read(JsonFields fields) => new([.. fields.Objects("decoders").Select(static item => Types.Read(item))]);

    internal override void Rewrite(List<string> tokens)
    {
        foreach (Decoder decoder in Decoders)
            decoder.Rewrite(tokens);
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("decoders");
        foreach (Decoder decoder in Decoders)
            decoder.Write(writer);
        writer.WriteEndArray();
    }
}
