using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Normalizers;

/// <summary>Puts characters before the text; they count as part of its first character. An empty text stays empty.</summary>
/// <param name="characters">The characters.</param>
public sealed class Prepend(string characters) : Normalizer
{
    /// <inheritdoc/>
    public override string Type => "Prepend";

    /// <summary>The characters that are put before the text.</summary>
    public string Characters { get; } = characters;

    internal static Prepend Read(JsonFields fields) => new(fields.String("prepend"));

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0 || Characters.Length == 0)
            return;
        TextRewriter rewriter = new(text);
        for (int i = 0; i < Characters.Length;)
        {
            rewriter.Write(Utf16.CodePointAt(Characters, i, out int size), rewriter.OriginOfNext);
            i += size;
        }
        rewriter.Keep(text.Length);
        rewriter.Finish();
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => writer.WriteString("prepend", Characters);
}
