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
            Clean(text);
        if (HandleChineseCharacters && CodePointFlags.Any(text.Text, CharacterFlags.Chinese))
            SurroundIdeographs(text);
        if (StripAccents ?? Lowercase)
        {
            Decomposition.Normalize(text);
            if (CodePointFlags.Any(text.Text, CharacterFlags.NonspacingMark))
                text.Filter(static codePoint => !UnicodeTables.Is(codePoint, CharacterFlags.NonspacingMark));
        }
        if (Lowercase)
            LowercaseOnly.Normalize(text);
    }

    private static readonly UnicodeForm Decomposition = new(UnicodeFormKind.NFD);
    private static readonly Lowercase LowercaseOnly = new();

    private static void Clean(NormalizedText text)
    {
        const CharacterFlags Cleaned = CharacterFlags.CleanedAway | CharacterFlags.CleanedToSpace;
        ReadOnlySpan<char> rest = text.Text;
        if (rest.IndexOfAnyExceptInRange(' ', '~') < 0)
            return;
        TextRewriter rewriter = new(text);
        while (rest.Length > 0)
        {
            int kept = CodePointFlags.IndexOf(rest, Cleaned);
            if (kept < 0)
                kept = rest.Length;
            rewriter.Keep(kept);
            rest = rest[kept..];
            if (rest.Length == 0)
                break;
            int codePoint = Utf16.CodePointAt(rest, 0, out int size);
            if (UnicodeTables.Is(codePoint, CharacterFlags.CleanedAway))
                rewriter.Drop(size);
            else
                rewriter.Replace(size, ' ');
            rest = rest[size..];
        }
        rewriter.Finish();
    }

    private static void SurroundIdeographs(NormalizedText text)
    {
        ReadOnlySpan<char> rest = text.Text;
        TextRewriter rewriter = new(text);
        while (rest.Length > 0)
        {
            int codePoint = Utf16.CodePointAt(rest, 0, out int size);
            bool chinese = UnicodeTables.Is(codePoint, CharacterFlags.Chinese);
            if (chinese)
                rewriter.Write(' ', rewriter.OriginOfNext);
            rewriter.Keep(size);
            if (chinese)
                rewriter.Insert(' ');
            rest = rest[size..];
        }
        rewriter.Finish();
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
