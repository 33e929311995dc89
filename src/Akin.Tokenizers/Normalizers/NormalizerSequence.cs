using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.Normalizers;

/// <summary>Several normalizers, one after the other (<c>Sequence</c>).</summary>
/// <param name="normalizers">The stages in order.</param>
public sealed class NormalizerSequence(IReadOnlyList<Normalizer> normalizers) : Normalizer
{
    /// <inheritdoc/>
    public override string Type => "Sequence";

    /// <summary>The stages in order.</summary>
    public IReadOnlyList<Normalizer> Normalizers { get; } = normalizers;

    internal static NormalizerSequence Read(JsonFields fields) => new([.. fields.Objects("normalizers").Select(static item => Types.Read(item))]);

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        for (int i = 0; i < Normalizers.Count; i++)
            Normalizers[i].Normalize(text);
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("normalizers");
        foreach (Normalizer normalizer in Normalizers)
            normalizer.Write(writer);
        writer.WriteEndArray();
    }
}
