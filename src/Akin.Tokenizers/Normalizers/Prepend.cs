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
        Put(text, Characters);
    }

    internal static void Put(NormalizedText text, string characters)
    {
        if (characters.Length == 0)
            return;
        bool first = true;
        text.Expand((codePoint, changes) =>
        {
            for (int i = 0; first && i < characters.Length;)
            {
                changes.Add(new CharacterChange(Utf16.CodePointAt(characters, i, out int size), i == 0 ? 0 : 1));
                i += size;
            }
            changes.Add(new CharacterChange(codePoint, first ? 1 : 0));
            first = false;
        });
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => writer.WriteString("prepend", Characters);
}
