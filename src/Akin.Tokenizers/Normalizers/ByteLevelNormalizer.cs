using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Normalizers;

/// <summary>Writes the bytes of the text as characters of GPT-2's alphabet (<c>ByteLevel</c>).</summary>
public sealed class ByteLevelNormalizer : Normalizer
{
    /// <inheritdoc/>
    public override string Type => "ByteLevel";

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Spell(text);
    }

    internal static void Spell(NormalizedText text) => text.Expand(static (codePoint, changes) =>
    {
        Span<char> bytes = stackalloc char[4];
        int count = ByteAlphabet.Write(codePoint, bytes);
        for (int i = 0; i < count; i++)
            changes.Add(new CharacterChange(bytes[i], i == 0 ? 0 : 1));
    });
}
