using Akin.Tokenizers.Json;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.Normalizers;

/// <summary>Rewrites the text before it is cut: case, accents, Unicode forms, spaces. Keeps track of where every character came from.</summary>
public abstract class Normalizer : TokenizerComponent
{
    internal static ComponentTypes<Normalizer> Types { get; } = new("normalizer")
    {
        { "BertNormalizer", BertNormalizer.Read },
        { "ByteLevel", static _ => new ByteLevelNormalizer() },
        { "Lowercase", static _ => new Lowercase() },
        { "NFC", static _ => new UnicodeForm(UnicodeFormKind.NFC) },
        { "NFD", static _ => new UnicodeForm(UnicodeFormKind.NFD) },
        { "NFKC", static _ => new UnicodeForm(UnicodeFormKind.NFKC) },
        { "NFKD", static _ => new UnicodeForm(UnicodeFormKind.NFKD) },
        { "Nmt", static _ => new Nmt() },
        { "Precompiled", Precompiled.Read },
        { "Prepend", Prepend.Read },
        { "Replace", Replace.Read },
        { "Sequence", NormalizerSequence.Read },
        { "Strip", Strip.Read },
        { "StripAccents", static _ => new StripAccents() },
    };

    /// <summary>Rewrites a text.</summary>
    /// <param name="text">The text.</param>
    public abstract void Normalize(NormalizedText text);

    /// <summary>What a text becomes.</summary>
    /// <param name="text">The text; unpaired surrogates become U+FFFD first.</param>
    public string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        NormalizedText normalized = new(Unicode.Utf16.WellFormed(text));
        Normalize(normalized);
        return normalized.Text.ToString();
    }
}
