using System.Text;

namespace Akin.Tokenizers.Tests;

/// <summary>Random text of all kinds: nothing crashes, offsets are valid and in order, both paths to ids agree.</summary>
public class FuzzTests
{
    private static readonly string[] Fragments =
    [
        "[MASK]", "[CLS]", "[SEP]", "[UNK]", "[PAD]", "[mask]", "[MASK", "MASK]", " ", "  ", "\t\n", "\u00A0", "\u3000", "\u2028", "\0", "\uFFFD", "\u00AD", "\u200D", "the", "unbelievable",
        "CATS", "İ", "ẞ", "Σ", "e\u0301", "é", "\u0301", "\u302E\u1D16D", "한국", "\u1112\u1161\u11AB", "中文", "豈", "\uD87E\uDC00", "👍", "👨‍👩‍👧", "\uD800", "\uDC00", "\uDBFF\uD800", ".", ",,", "don't", "\u037E", "ﬁ",
        "new", "NEW", "x", "tok", "Tok en",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomText_BothPathsAgreeAndOffsetsAreValid(int seed)
    {
        Random random = new(seed);
        Tokenizer[] tokenizers =
        [
            Samples.Bert(), Samples.Bert(cleanText: false), Samples.Bert(handleChinese: false, lowercase: false), Samples.Bert(stripAccents: false), Samples.Bert(stripAccents: true, lowercase: false),
            Samples.Bert(maximumWordLength: 5), WithAddedTokens(Samples.Bert()), WithAddedTokens(Samples.Bert(cleanText: false, lowercase: false)),
        ];
        int[] buffer = new int[4096];
        for (int round = 0; round < 400; round++)
        {
            string text = RandomText(random);
            foreach (Tokenizer tokenizer in tokenizers)
            {
                Encoding encoding = tokenizer.Encode(text);
                string where = $"seed {seed} round {round}: {string.Join(' ', text.Select(static unit => ((int)unit).ToString("X4")))}";
                Same.Lists(where, encoding.Ids, buffer[..tokenizer.EncodeIds(text, buffer)]);
                int room = random.Next(2, 12);
                int[] cut = tokenizer.Encode(text, options: new EncodeOptions { Truncation = new Truncation(room) }).Ids;
                if (room > 2)
                    Same.Lists($"{where} in {room}", cut, buffer[..tokenizer.EncodeIds(text, buffer.AsSpan(0, room))]);
                AssertOffsets(where, text, encoding);
                tokenizer.Decode(encoding.Ids, skipSpecialTokens: random.Next(2) == 0);
            }
        }
    }

    [Fact]
    public void EveryUnit_AloneAndBetweenLetters_BothPathsAgree()
    {
        Tokenizer[] tokenizers = [Samples.Bert(), Samples.Bert(cleanText: false, stripAccents: false), Samples.Bert(lowercase: false)];
        int[] buffer = new int[64];
        for (int unit = 0; unit < 0x10000; unit += unit is > 0x4E10 and < 0x9F00 or > 0xAC20 and < 0xD700 ? 97 : 1)
        {
            string text = $"a{(char)unit}b {(char)unit}\u0323{(char)unit}";
            foreach (Tokenizer tokenizer in tokenizers)
                Same.Lists($"U+{unit:X4}", tokenizer.Encode(text).Ids, buffer[..tokenizer.EncodeIds(text, buffer)]);
        }
    }

    [Fact]
    public void HugeWordsAndTexts_TakeWorkInProportion()
    {
        Tokenizer tokenizer = WithAddedTokens(Samples.Bert());
        Tokenizer unlimited = Samples.Bert(maximumWordLength: int.MaxValue);
        string word = new('a', 1_000_000);
        string marks = "e" + new string('\u0301', 300_000), spaces = new string(' ', 300_000) + "new" + new string(' ', 300_000);
        string specials = string.Concat(Enumerable.Repeat("[MASK][", 100_000));
        int[] buffer = new int[2_000_000];
        Assert.Equal([2, 1, 3], tokenizer.Encode(word).Ids);
        Assert.Equal(3, tokenizer.EncodeIds(word, buffer));
        Assert.Equal(1_000_002, unlimited.EncodeIds(word, buffer));
        Assert.Equal(1_000_002, unlimited.Encode(word).Length);
        Assert.Equal(3, unlimited.EncodeIds(marks, buffer));
        Assert.Equal([2, 14, 3], unlimited.Encode(marks).Ids);
        Assert.Equal(tokenizer.Encode(spaces).Ids, buffer[..tokenizer.EncodeIds(spaces, buffer)]);
        Assert.Equal(200_002, tokenizer.EncodeIds(specials, buffer));
        Assert.Equal(200_002, tokenizer.Encode(specials).Length);
    }

    [Fact]
    public void EncodeIds_OnceWarm_AllocatesNothing()
    {
        Tokenizer tokenizer = Samples.Bert();
        string[] texts = ["The cats sat, unbelievable!", "한국 中文 é 👍 [MASK] x", new string('a', 200) + " the"];
        int[] buffer = new int[512];
        foreach (string text in texts)
            tokenizer.EncodeIds(text, buffer);
        Assert.Equal(0, Allocations.During(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                foreach (string text in texts)
                    tokenizer.EncodeIds(text, buffer);
            }
        }));
    }

    [Fact]
    public void EncodeIds_FromManyThreads_GivesTheSameIds()
    {
        Tokenizer tokenizer = Samples.Bert();
        Random random = new(7);
        string[] texts = [.. Enumerable.Range(0, 200).Select(_ => RandomText(random))];
        int[][] expected = [.. texts.Select(text => tokenizer.Encode(text).Ids)];
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            int[] buffer = new int[4096];
            Same.Lists(texts[i % texts.Length], expected[i % texts.Length], buffer[..tokenizer.EncodeIds(texts[i % texts.Length], buffer)]);
        });
    }

    private static Tokenizer WithAddedTokens(Tokenizer tokenizer)
    {
        tokenizer.AddTokens(
            new AddedToken("new") { Normalized = true },
            new AddedToken("tok") { SingleWord = true, LeftStrip = true, RightStrip = true },
            new AddedToken("中") { RightStrip = true },
            new AddedToken("É") { Normalized = true, Special = true });
        return tokenizer;
    }

    internal static string RandomText(Random random)
    {
        StringBuilder text = new();
        for (int count = random.Next(1, 30); count > 0; count--)
        {
            switch (random.Next(8))
            {
                case 0:
                    text.Append((char)random.Next(0x10000));
                    break;
                case 1:
                    text.Append((char)random.Next(0x20, 0x250));
                    break;
                case 2:
                    text.Append(new Rune(random.Next(0x10000, 0x110000)).ToString());
                    break;
                case 3:
                    text.Append('a', random.Next(1, random.Next(1, 130)));
                    break;
                default:
                    text.Append(Fragments[random.Next(Fragments.Length)]);
                    break;
            }
        }
        return text.ToString();
    }

    private static void AssertOffsets(string where, string text, Encoding encoding)
    {
        int last = 0;
        for (int i = 0; i < encoding.Length; i++)
        {
            if (encoding.SpecialTokensMask[i] == 1)
                continue;
            (int start, int end) = encoding.Offsets[i];
            Assert.True(start >= last && end >= start && end <= text.Length, $"token {i} has {start}..{end} after {last} of {text.Length}; {where}");
            Assert.True(end > start, $"token {i} is empty; {where}");
            last = start;
        }
    }
}
