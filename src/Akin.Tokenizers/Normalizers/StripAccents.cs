using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Normalizers;

/// <summary>
/// Removes every mark (category M: also the vowel signs of Indic scripts). It decomposes nothing itself, so é stays unless NFD came before.
/// </summary>
public sealed class StripAccents : Normalizer
{
    /// <inheritdoc/>
    public override string Type => "StripAccents";

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!CodePointFlags.Any(text.Text, CharacterFlags.Mark))
            return;
        text.Filter(static codePoint => !UnicodeTables.Is(codePoint, CharacterFlags.Mark));
    }
}
