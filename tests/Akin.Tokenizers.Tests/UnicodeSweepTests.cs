using System.Globalization;
using System.Text.Json;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.Patterns;
using Akin.Tokenizers.PreTokenizers;

namespace Akin.Tokenizers.Tests;

/// <summary>Every assigned code point through each stage, equal to the reference.</summary>
public class UnicodeSweepTests
{
    private static readonly JsonElement Sweeps = GoldenFile.Json(GoldenFile.Tokenizers("unicode", "normalizers.json.gz")).GetProperty("normalizers");
    private static readonly JsonElement Splits = GoldenFile.Json(GoldenFile.Tokenizers("unicode", "pre_tokenizers.json.gz"));

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
    [InlineData("Nmt")]
    [InlineData("Strip")]
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
            "Nmt" => new Nmt(),
            "Strip" => new Strip(),
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
    [InlineData("Whitespace (between exclamation marks)")]
    [InlineData("WhitespaceSplit")]
    [InlineData("Punctuation")]
    [InlineData("Digits")]
    [InlineData("Metaspace")]
    [InlineData("CharDelimiterSplit(-)")]
    public void PreTokenizer_EveryCodePointBetweenLetters_EqualsTheReference(string name)
    {
        PreTokenizer preTokenizer = name switch
        {
            "BertPreTokenizer" => new BertPreTokenizer(),
            "Whitespace" or "Whitespace (between exclamation marks)" => new Whitespace(),
            "WhitespaceSplit" => new WhitespaceSplit(),
            "Digits" => new Digits { Individual = true },
            "Metaspace" => new Metaspace { PrependScheme = PrependScheme.Never },
            "CharDelimiterSplit(-)" => new CharDelimiterSplit("-"),
            _ => new Punctuation(),
        };
        (string before, string after) = name.EndsWith("marks)", StringComparison.Ordinal) ? ("!", "!") : ("a", "b");
        Dictionary<int, string> classes = Classes(Splits.GetProperty("between_letters").GetProperty(name));
        foreach (int c in CodePoints(classes.Keys))
        {
            string middle = char.ConvertFromUtf32(c);
            string[] pieces = Pieces(preTokenizer, before + middle + after);
            string actual = (pieces.Length, pieces[0].Length) switch
            {
                (1, _) => "joined",
                (3, _) => "S",
                (_, 1) => pieces[1].Length == 1 ? "R" : "N",
                _ => "L",
            };
            Same.Values($"U+{c:X4}", classes.GetValueOrDefault(c, "joined"), actual);
        }
    }

    [Fact]
    public void ByteLevel_EveryCodePoint_HasTheClassOfTheReference()
    {
        ByteLevel preTokenizer = new() { AddPrefixSpace = false };
        Dictionary<int, string> classes = Classes(Splits.GetProperty("ByteLevel_gpt2_pattern_class"));
        foreach (int c in CodePoints(classes.Keys))
        {
            string text = char.ConvertFromUtf32(c);
            bool letter = Pieces(preTokenizer, $"a{text}").Length == 1, number = Pieces(preTokenizer, $"1{text}").Length == 1, other = Pieces(preTokenizer, $"!{text}").Length == 1;
            string actual = letter ? "L" : number ? "N" : other ? "other" : "space";
            Same.Values($"U+{c:X4}", classes.GetValueOrDefault(c, "other"), actual);
        }
    }

    [Fact]
    public void UnicodeScripts_EveryCodePointBeforeEachProbe_EqualsTheReference()
    {
        JsonElement sweep = Splits.GetProperty("UnicodeScripts");
        UnicodeScripts preTokenizer = new();
        int[] probes = [.. sweep.GetProperty("probes").GetString()!.EnumerateRunes().Select(static rune => rune.Value)];
        foreach (JsonElement range in sweep.GetProperty("ranges").EnumerateArray())
        {
            string expected = range[2].GetString()!;
            int first = range[0].GetInt32(), last = range[1].GetInt32();
            // The ends of every range and some between: the table is one look-up for all.
            foreach (int c in Members(first, last).Where(c => c <= first + 2 || c >= last - 2 || c % 61 == 0))
            {
                string text = char.ConvertFromUtf32(c);
                string actual = string.Concat(probes.Select(probe => Pieces(preTokenizer, text + char.ConvertFromUtf32(probe)).Length == 1 ? '1' : '0'));
                Same.Values($"U+{c:X4}", expected, actual);
            }
        }
    }

    [Fact]
    public void Patterns_EveryCodePointAndClass_AreThoseOfOniguruma()
    {
        foreach (JsonProperty row in Splits.GetProperty("Split_regex_oniguruma").EnumerateObject())
        {
            HashSet<int> members = [.. Members(row.Value)];
            int[] edges = [.. row.Value.EnumerateArray().SelectMany(static range => new[] { range[0].GetInt32(), range[1].GetInt32() })];
            HashSet<int> nearEdges = [.. edges, .. edges.Select(static c => c - 1), .. edges.Select(static c => c + 1)];
            Pattern pattern = Pattern.Compile($"\\A{row.Name}\\z"), not = Pattern.Compile($"\\A[^{row.Name}]\\z");
            foreach (int c in CodePoints(edges).Where(c => c < 0x3000 || c % 7 == 0 || nearEdges.Contains(c)))
            {
                string text = char.ConvertFromUtf32(c);
                Same.Values($"{row.Name} U+{c:X4}", members.Contains(c), pattern.TryFind(text, 0, out _, out _));
                Same.Values($"not {row.Name} U+{c:X4}", !members.Contains(c), not.TryFind(text, 0, out _, out _));
            }
        }
    }

    private static string[] Pieces(PreTokenizer preTokenizer, string text) => [.. preTokenizer.PreTokenize(text).Select(static piece => piece.Piece)];

    private static Dictionary<int, string> Classes(JsonElement ranges)
    {
        Dictionary<int, string> classes = [];
        foreach (JsonElement range in ranges.EnumerateArray())
        {
            foreach (int c in Members(range[0].GetInt32(), range[1].GetInt32()))
                classes.Add(c, range[2].GetString()!);
        }
        return classes;
    }

    [Fact]
    public void BertNormalizer_WithoutAnyFlag_LeavesTextAlone() => Assert.Equal("É\0 東 \uFFFD", Nothing.Normalize("É\0 東 \uFFFD"));

    private static IEnumerable<int> Members(JsonElement ranges) => ranges.EnumerateArray().SelectMany(static range => Members(range[0].GetInt32(), range[1].GetInt32()));

    private static IEnumerable<int> Members(int first, int last) => Enumerable.Range(first, last - first + 1).Where(static c => c is < 0xD800 or > 0xDFFF);
}
