using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Normalizers;

/// <summary>
/// The text cleaning of BERT (Devlin et al., 2018, <c>BasicTokenizer</c>), with the character tables of Hugging Face tokenizers 0.23.
/// Uncased BERT decomposes Hangul into jamo, because stripping accents begins with NFD.
/// </summary>
public sealed class BertNormalizer : Normalizer
{
    /// <inheritdoc/>
    public override string Type => "BertNormalizer";

    /// <summary>Whether control characters are removed and all spaces become U+0020. Default true.</summary>
    public bool CleanText { get; init; } = true;

    /// <summary>Whether ideographs are surrounded with spaces. Default true.</summary>
    public bool HandleChineseCharacters { get; init; } = true;

    /// <summary>Whether accents are removed; null, the default, means that they are when <see cref="Lowercase"/> is set.</summary>
    public bool? StripAccents { get; init; }

    /// <summary>Whether the text is made lower case. Default true.</summary>
    public bool Lowercase { get; init; } = true;

    internal static BertNormalizer Read(JsonFields fields) => new()
    {
        CleanText = fields.Bool("clean_text"),
        HandleChineseCharacters = fields.Bool("handle_chinese_chars"),
        StripAccents = fields.OptionalBool("strip_accents"),
        Lowercase = fields.Bool("lowercase"),
    };

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (CleanText)
        {
            text.Filter(static codePoint => !UnicodeTables.Is(codePoint, CharacterFlags.CleanedAway));
            text.Expand(static (codePoint, changes) =>
                changes.Add(new CharacterChange(UnicodeTables.Is(codePoint, CharacterFlags.CleanedToSpace) ? ' ' : codePoint, 0)));
        }
        if (HandleChineseCharacters)
            text.Expand(SurroundIdeograph);
        if (StripAccents ?? Lowercase)
        {
            text.Transform(UnicodeForm.Decompose(text.Text, compatibility: false));
            text.Filter(static codePoint => !UnicodeTables.Is(codePoint, CharacterFlags.NonspacingMark));
        }
        if (Lowercase)
            LowercaseOnly.Normalize(text);
    }

    private static readonly Lowercase LowercaseOnly = new();

    private static void SurroundIdeograph(int codePoint, List<CharacterChange> changes)
    {
        if (UnicodeTables.Is(codePoint, CharacterFlags.Chinese))
        {
            changes.Add(new CharacterChange(' ', 0));
            changes.Add(new CharacterChange(codePoint, 1));
            changes.Add(new CharacterChange(' ', 1));
        }
        else
        {
            changes.Add(new CharacterChange(codePoint, 0));
        }
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteBoolean("clean_text", CleanText);
        writer.WriteBoolean("handle_chinese_chars", HandleChineseCharacters);
        if (StripAccents is { } strip)
            writer.WriteBoolean("strip_accents", strip);
        else
            writer.WriteNull("strip_accents");
        writer.WriteBoolean("lowercase", Lowercase);
    }
}
