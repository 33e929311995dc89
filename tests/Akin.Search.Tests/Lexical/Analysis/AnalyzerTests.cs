using System.Text.Json;
using Akin.Search.Lexical.Analysis;

namespace Akin.Search.Tests.Lexical.Analysis;

public sealed class AnalyzerTests
{
    // Lucene's names of the kinds.
    private static readonly Dictionary<TokenType, string> TypeNames = new()
    {
        [TokenType.Word] = "<ALPHANUM>",
        [TokenType.Number] = "<NUM>",
        [TokenType.Hangul] = "<HANGUL>",
        [TokenType.Katakana] = "<KATAKANA>",
        [TokenType.Hiragana] = "<HIRAGANA>",
        [TokenType.Ideograph] = "<IDEOGRAPHIC>",
        [TokenType.SoutheastAsian] = "<SOUTHEAST_ASIAN>",
        [TokenType.Emoji] = "<EMOJI>",
        [TokenType.Pair] = "<DOUBLE>",
        [TokenType.Single] = "<SINGLE>",
    };

    [Theory]
    [InlineData("standard")]
    [InlineData("english")]
    [InlineData("cjk")]
    public void Analyze_OfSentencesInManyLanguages_GivesLucenesTokens(string name)
    {
        ITextAnalyzer analyzer = TextAnalyzers.Named(name);
        Dictionary<string, string> texts = Lines("sentences.jsonl").ToDictionary(line => line.GetProperty("id").GetString()!, line => line.GetProperty("text").GetString()!);
        List<string> differences = [];
        foreach (JsonElement line in Lines($"tokens.{name}.jsonl"))
        {
            string id = line.GetProperty("id").GetString()!;
            string expected = string.Join('\n', line.GetProperty("tokens").EnumerateArray().Select(token =>
                $"{token[0].GetString()} {token[1].GetInt32()}-{token[2].GetInt32()} +{token[3].GetInt32()} {token[5].GetString()}"));
            string found = string.Join('\n', analyzer.Analyze(texts[id]).Select(token =>
                $"{token.Term} {token.Start}-{token.End} +{token.PositionIncrement} {TypeNames[token.Type]}"));
            if (expected != found)
            {
                differences.Add($"{id} {texts[id]}\nLucene:\n{expected}\nhere:\n{found}");
            }
        }

        Assert.True(texts.Count == 202 && differences.Count == 0, string.Join("\n\n", differences));
    }

    [Theory]
    [InlineData("porter.tsv")]
    [InlineData("porter2.tsv")]
    public void Stem_OfThousandsOfWords_IsThatOfTheReference(string file)
    {
        Func<string, string> stem = file == "porter.tsv" ? PorterStemmer.Stem : Porter2Stemmer.Stem;
        string[] rows = File.ReadAllLines(Repository.Golden("search", "analysis", file));
        Assert.True(rows.Length > 5900);
        Assert.Empty(rows.Select(row => row.Split('\t')).Where(row => stem(row[0]) != row[1]).Select(row => $"{row[0]}: {row[1]}, here {stem(row[0])}"));
    }

    [Fact]
    public void Stem_OfVeryShortAndVeryLongWords_DoesNotFail()
    {
        foreach (string word in new[] { "", "a", "'", "''", "'s", "'s'", "y", "yy", "yyy", "sss", "ing", "eed", "ied", "ies", "ll", "lll", new('e', 300), new string('x', 300) + "ational" })
        {
            Assert.True(PorterStemmer.Stem(word).Length <= word.Length + 1);
            Assert.True(Porter2Stemmer.Stem(word).Length <= word.Length + 1);
        }
    }

    [Theory]
    [InlineData("서울의 날씨는", "서울 서울. 날씨 날씨.")]
    [InlineData("대한민국은", "대한 대한민국. 한민 민국")]
    [InlineData("발표했습니다", "발표 발표. 표했 했습 습니 니다")]
    [InlineData("2026년 AI를 GPU만으로 쓰는", "2026 년 년. ai gpu 쓰는 쓰는.")]
    [InlineData("책", "책 책.")]
    [InlineData("漢字와 한글", "漢字 와 와. 한글 한글.")]
    public void KoreanAnalyzer_OfAText_TakesParticlesOffAndKeepsPairsAndStems(string text, string terms) =>
        Assert.Equal(terms, string.Join(' ', new KoreanAnalyzer().Terms(text)));

    [Fact]
    public void KoreanAnalyzer_OfLettersInsteadOfSyllables_FindsTheSameTermsAtTheirPlaces()
    {
        // 서울은 as a Mac spells it in a file name: U+1109 U+1165 U+110B U+116E U+11AF U+110B U+1173 U+11AB.
        TextToken[] tokens = [.. new KoreanAnalyzer().Analyze("a \u1109\u1165\u110B\u116E\u11AF\u110B\u1173\u11AB")];
        Assert.Equal(["a", "서울", "서울."], tokens.Select(token => token.Term));
        Assert.Equal([(0, 1), (2, 7), (2, 7)], tokens.Select(token => (token.Start, token.End)));
        Assert.Equal([1, 1, 0], tokens.Select(token => token.PositionIncrement));
    }

    [Theory]
    [InlineData("密码的重置", "密/1 密码/0 码/1 重/2 重置/0 置/1")]
    [InlineData("我", "我/1")]
    [InlineData("的", "")]
    [InlineData("the ＡＢＣ公司", "abc/2 公/1 公司/0 司/1")]
    public void ChineseAnalyzer_OfAText_CutsAtGrammaticalCharacters(string text, string terms) =>
        Assert.Equal(terms, string.Join(' ', new ChineseAnalyzer().Analyze(text).Select(token => $"{token.Term}/{token.PositionIncrement}")));

    [Theory]
    [InlineData("Refunds for the customer's order", "refund for the custom order")]
    [InlineData("größere Häuser", "größere häuser")]
    [InlineData("환불은 7일 안에", "환불 환불. 7 일 일. 안에 안에.")]
    [InlineData("重置密码", "重 重置 置 置密 密 密码 码")]
    [InlineData("東京タワー", "東 東京 京 京タ タ タワ ワ ワー ー")]
    public void MultilingualAnalyzer_OfAText_CutsEachScriptInItsWay(string text, string terms) =>
        Assert.Equal(terms, string.Join(' ', TextAnalyzers.Default.Terms(text)));

    [Theory]
    [InlineData("İstanbul \u212A \u212B", "istanbul k å")]
    [InlineData("ＡＢＣ", "ａｂｃ")]
    [InlineData("\uD800 a\uDC00b", "a b")]
    public void StandardAnalyzer_OfOddLetters_LowersThemOneByOne(string text, string terms) =>
        Assert.Equal(terms, string.Join(' ', new StandardAnalyzer().Terms(text)));

    [Fact]
    public void Analyze_OfAnyText_GivesPlacesInsideIt()
    {
        Random random = new(20);
        foreach (string name in TextAnalyzers.Names)
        {
            ITextAnalyzer analyzer = TextAnalyzers.Named(name);
            for (int round = 0; round < 200; round++)
            {
                string text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => (char)(random.Next(4) switch
                {
                    0 => random.Next(0x20, 0x7F),
                    1 => random.Next(0x1100, 0x1200),
                    2 => random.Next(0x3000, 0x10000),
                    _ => random.Next(0x10000),
                })));
                int last = 0;
                foreach (TextToken token in analyzer.Analyze(text))
                {
                    Assert.True(token.Term.Length > 0 && token.Start >= 0 && token.Start <= token.End && token.End <= text.Length && token.PositionIncrement >= 0, $"{name}: {token}");
                    last = Math.Max(last, token.End);
                }
            }
        }
    }

    [Fact]
    public void Named_WithAnUnknownName_SaysWhichThereAre() =>
        Assert.Contains("chinese, cjk, english, korean", Assert.Throws<ArgumentException>(() => TextAnalyzers.Named("nori")).Message);

    private static IEnumerable<JsonElement> Lines(string file) =>
        File.ReadLines(Repository.Golden("search", "analysis", file)).Select(line => JsonElement.Parse(line));
}
