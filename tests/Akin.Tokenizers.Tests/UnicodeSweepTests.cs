using System.Globalization;
using System.Text.Json;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PreTokenizers;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.Tests;

/// <summary>Every assigned code point through each stage, equal to the reference.</summary>
public class UnicodeSweepTests
{
    private static readonly JsonElement Sweeps = GoldenFile.Json(GoldenFile.Tokenizers("unicode", "normalizers.json.gz")).GetProperty("normalizers");
    private static readonly JsonElement Splits = GoldenFile.Json(GoldenFile.Tokenizers("unicode", "pre_tokenizers.json.gz")).GetProperty("between_letters");

    private static readonly BertNormalizer Nothing = new() { CleanText = false, HandleChineseCharacters = false, StripAccents = false, Lowercase = false };

    /// <summary>Planes 0 and 1 whole; of the others every code point that something happens to, its neighbours, and every 16th.</summary>
    private static IEnumerable<int> CodePoints(IReadOnlyCollection<int> special) =>
        special.Concat(special.Select(static c => c + 1)).Concat(special.Select(static c => c - 1)).Concat(Enumerable.Range(0, 0x20000))
            .Concat(Enumerable.Range(0x20000 >> 4, (0x110000 - 0x20000) >> 4).Select(static c => c << 4))
            .Where(static c => c is (>= 0 and < 0xD800) or (> 0xDFFF and < 0x110000)).Distinct();

    [Theory]
    [InlineData("NFC")]
    [InlineData("NFD")]
    [InlineData("NFKC")]
    [InlineData("NFKD")]
    [InlineData("Lowercase")]
    [InlineData("StripAccents")]
    [InlineData("BertNormalizer.clean_text")]
    [InlineData("BertNormalizer.handle_chinese_chars")]
    [InlineData("BertNormalizer.strip_accents")]
    [InlineData("BertNormalizer.lowercase")]
    public void Normalizer_EveryCodePoint_EqualsTheReference(string name)
    {
        Normalizer normalizer = name switch
        {
            "Lowercase" => new Lowercase(),
            "StripAccents" => new StripAccents(),
            "BertNormalizer.clean_text" => new BertNormalizer { HandleChineseCharacters = false, StripAccents = false, Lowercase = false },
            "BertNormalizer.handle_chinese_chars" => new BertNormalizer { CleanText = false, StripAccents = false, Lowercase = false },
            "BertNormalizer.strip_accents" => new BertNormalizer { CleanText = false, HandleChineseCharacters = false, StripAccents = true, Lowercase = false },
            "BertNormalizer.lowercase" => new BertNormalizer { CleanText = false, HandleChineseCharacters = false, StripAccents = false },
            _ => new UnicodeForm(Enum.Parse<UnicodeFormKind>(name)),
        };
        JsonElement sweep = Sweeps.GetProperty(name);
        Dictionary<int, string> expected = sweep.GetProperty("map").EnumerateObject()
            .ToDictionary(static item => int.Parse(item.Name, NumberStyles.HexNumber), static item => item.Value.GetString()!);
        foreach (int c in Members(sweep.GetProperty("removed")))
            expected.Add(c, string.Empty);
        foreach (int c in Members(sweep.GetProperty("to_space")))
            expected.Add(c, " ");
        if (sweep.TryGetProperty("surrounded_by_spaces", out JsonElement surrounded))
        {
            foreach (int c in Members(surrounded))
                expected.Add(c, $" {char.ConvertFromUtf32(c)} ");
        }
        bool skipHangul = sweep.GetProperty("hangul_syllables_left_out").GetBoolean();
        foreach (int c in CodePoints(expected.Keys))
        {
            if (skipHangul && c is >= 0xAC00 and <= 0xD7A3)
                continue;
            string text = char.ConvertFromUtf32(c);
            Same.Values($"U+{c:X4}", expected.GetValueOrDefault(c, text), normalizer.Normalize(text));
        }
    }

    [Fact]
    public void Hangul_DecomposedAndComposedAgain_IsTheSame()
    {
        UnicodeForm nfd = new(UnicodeFormKind.NFD), nfc = new(UnicodeFormKind.NFC);
        Assert.Equal("\u1112\u1161\u11AB", nfd.Normalize("한"));
        Assert.Equal("\u1100\u1161", nfd.Normalize("가"));
        for (int c = 0xAC00; c <= 0xD7A3; c++)
        {
            string syllable = ((char)c).ToString();
            Assert.Equal(syllable, nfc.Normalize(nfd.Normalize(syllable)));
        }
    }

    [Theory]
    [InlineData("BertPreTokenizer")]
    [InlineData("Whitespace")]
    [InlineData("WhitespaceSplit")]
    [InlineData("Punctuation")]
    public void PreTokenizer_EveryCodePointBetweenLetters_EqualsTheReference(string name)
    {
        PreTokenizer preTokenizer = name switch
        {
            "BertPreTokenizer" => new BertPreTokenizer(),
            "Whitespace" => new Whitespace(),
            "WhitespaceSplit" => new WhitespaceSplit(),
            _ => new Punctuation(),
        };
        Dictionary<int, string> classes = [];
        foreach (JsonElement range in Splits.GetProperty(name).EnumerateArray())
        {
            foreach (int c in Members(range[0].GetInt32(), range[1].GetInt32()))
                classes.Add(c, range[2].GetString()!);
        }
        foreach (int c in CodePoints(classes.Keys))
        {
            NormalizedText text = new($"a{char.ConvertFromUtf32(c)}b");
            PreTokenizedText pieces = new();
            pieces.Add(new TextPiece(text, 0, text.Length));
            preTokenizer.PreTokenize(pieces);
            string actual = pieces.Pieces.Count switch { 1 => "joined", 2 => "R", _ => "S" };
            Same.Values($"U+{c:X4}", classes.GetValueOrDefault(c, "joined"), actual);
        }
    }

    [Fact]
    public void BertNormalizer_WithoutAnyFlag_LeavesTextAlone() => Assert.Equal("É\0 東 \uFFFD", Nothing.Normalize("É\0 東 \uFFFD"));

    private static IEnumerable<int> Members(JsonElement ranges) => ranges.EnumerateArray().SelectMany(static range => Members(range[0].GetInt32(), range[1].GetInt32()));

    private static IEnumerable<int> Members(int first, int last) => Enumerable.Range(first, last - first + 1).Where(static c => c is < 0xD800 or > 0xDFFF);
}
