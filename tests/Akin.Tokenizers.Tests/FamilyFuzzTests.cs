namespace Akin.Tokenizers.Tests;

/// <summary>Real tokenizers of every kind with text of all kinds: nothing crashes, offsets are valid and in order, both paths to ids agree, and no text takes long.</summary>
public class FamilyFuzzTests
{
    /// <summary>One tokenizer of each model, normalizer and pre-tokenizer.</summary>
    public static TheoryData<string> Names() =>
    [
        "bert-base-uncased", "bert-base-multilingual-cased", "roberta-base", "gpt2", "clip-vit-base-patch32", "t5-small", "ort-nmt-joint", "albert-base", "xlnet-zh",
        "spm-unigram-as-xlm-roberta", "spm-bpe-as-llama",
    ];

    [SharedTheory("data/tokenizers")]
    [MemberData(nameof(Names))]
    public void RandomText_BothPathsAgreeAndOffsetsAreValid(string family)
    {
        Tokenizer tokenizer = Families.Load(family);
        string[] specials = [.. tokenizer.AddedTokens.Values.Select(static token => token.Content).Take(20)];
        Random random = new(11);
        int[] buffer = new int[8192];
        for (int round = 0; round < 300; round++)
        {
            string text = FuzzTests.RandomText(random);
            for (int count = random.Next(3); count > 0 && specials.Length > 0; count--)
                text = text.Insert(random.Next(text.Length + 1), specials[random.Next(specials.Length)]);
            string where = $"{family} round {round}: {string.Join(' ', text.Select(static unit => ((int)unit).ToString("X4")))}";
            Encoding encoding = tokenizer.Encode(text);
            Same.Lists(where, encoding.Ids, buffer[..tokenizer.EncodeIds(text, buffer)]);
            AssertOffsets(where, text, encoding);
            tokenizer.Decode(encoding.Ids, skipSpecialTokens: random.Next(2) == 0);
            DecodeStream stream = tokenizer.StreamDecode();
            foreach (int id in encoding.Ids)
                stream.Step(id);
            stream.Finish();
        }
    }

    [SharedTheory("data/tokenizers")]
    [MemberData(nameof(Names))]
    public void LongTexts_TakeWorkInProportion(string family)
    {
        // A tokenizer whose work grew with the square of the length would not come back.
        Tokenizer tokenizer = Families.Load(family);
        int[] buffer = new int[4_000_000];
        foreach (string unit in (string[])["a", "ab", "1", "가", "中", "👍", " ", "\u0301", "!", "\n", "word "])
        {
            string text = string.Concat(Enumerable.Repeat(unit, 300_000 / unit.Length));
            Encoding encoding = tokenizer.Encode(text);
            Assert.Equal(encoding.Length, tokenizer.EncodeIds(text, buffer));
            AssertOffsets($"{family} with much of \"{unit}\"", text, encoding);
        }
    }

    [SharedTheory("data/tokenizers")]
    [MemberData(nameof(Names))]
    public void EncodeIds_OnceWarm_AllocatesNothing(string family)
    {
        Tokenizer tokenizer = Families.LoadNew(family); // of its own: what other tests use at the same time is not warm here
        string[] texts = ["The cats sat, unbelievable!", "한국어 문장과 中文 é ﬁ 👍 x", "tab\tand\u00A0space  twice …", new string('a', 200) + " the"];
        int[] buffer = new int[1024];
        Assert.Equal(0, Allocations.During(EncodeAll));

        void EncodeAll()
        {
            foreach (string text in texts)
                tokenizer.EncodeIds(text, buffer);
        }
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
            last = start;
        }
    }
}
