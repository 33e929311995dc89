using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Normalizers;

/// <summary>Lower case by code point, without context: Σ is always σ, İ becomes i and U+0307.</summary>
public sealed class Lowercase : Normalizer
{
    /// <inheritdoc/>
    public override string Type => "Lowercase";

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Expand(static (codePoint, changes) =>
        {
            Span<int> lower = stackalloc int[UnicodeTables.LongestRun];
            int count = UnicodeTables.ToLower(codePoint, lower);
            for (int i = 0; i < count; i++)
                changes.Add(new CharacterChange(lower[i], i == 0 ? 0 : 1));
        });
    }
}
