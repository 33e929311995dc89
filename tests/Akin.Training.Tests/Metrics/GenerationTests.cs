using System.Text.Json;
using Akin.Training.Metrics;
using Akin.Training.Metrics.Generation;

namespace Akin.Training.Tests.Metrics;

public sealed class GenerationTests
{
    private static readonly JsonElement Golden = MetricsGolden.Read("bleu.json");

    private static readonly JsonElement RougeGolden = MetricsGolden.Read("rouge.json");

    public static TheoryData<int> BleuCases => MetricsGolden.Cases("bleu.json", "corpus");

    public static TheoryData<int> SentenceCases => MetricsGolden.Cases("bleu.json", "sentence");

    public static TheoryData<int> CorpusCases => MetricsGolden.Cases("bleu.json", "corpus_chrf_ter");

    public static TheoryData<int> RougeCases => MetricsGolden.Cases("rouge.json", "cases");

    [Theory]
    [MemberData(nameof(BleuCases))]
    public void Bleu_OfCorpus_EqualsSacreBleu(int index)
    {
        JsonElement golden = Golden.GetProperty("corpus")[index];
        (string[] texts, string[][] references) = Corpus(golden.Text("set"));
        BleuOptions options = Options(golden);
        Assert.Equal(
            golden.GetProperty("tokenized_hyp").Texts().Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
            texts.Select(text => string.Join(' ', Bleu.Words(text, options with { LowerCase = false }))));

        BleuScore score = Bleu.Corpus(texts, references, options);

        MetricsGolden.Equal(golden.Number("bleu"), score.Score);
        MetricsGolden.Equal(golden.Number("bp"), score.BrevityPenalty);
        Assert.Equal(golden.Numbers("counts"), score.Hits);
        Assert.Equal(golden.Numbers("totals"), score.Totals);
        Assert.Equal(golden.Number("sys_len"), score.Length);
        Assert.Equal(golden.Number("ref_len"), score.ReferenceLength);
        Assert.Equal(golden.Text("signature"), score.Signature + "|version:2.6.0");
        foreach ((double expected, double actual) in golden.Numbers("precisions").Zip(score.Precisions))
        {
            MetricsGolden.Equal(expected, actual);
        }
    }

    [Theory]
    [MemberData(nameof(SentenceCases))]
    public void BleuAndChrF_OfSentence_EqualSacreBleu(int index)
    {
        JsonElement golden = Golden.GetProperty("sentence")[index];
        BleuTokenizer tokenizer = golden.Text("set") == "zh" ? BleuTokenizer.Chinese : BleuTokenizer.Mteval13a;
        BleuScore score = Bleu.Sentence(golden.Text("hyp"), golden.Texts("refs"), new BleuOptions { EffectiveOrder = true, Tokenizer = tokenizer });

        MetricsGolden.Equal(golden.Number("sentence_bleu"), score.Score);
        MetricsGolden.Equal(golden.Number("chrf"), ChrF.Sentence(golden.Text("hyp"), golden.Texts("refs")));
    }

    [Theory]
    [MemberData(nameof(CorpusCases))]
    public void ChrFAndTer_OfCorpus_EqualSacreBleu(int index)
    {
        JsonElement golden = Golden.GetProperty("corpus_chrf_ter")[index];
        (string[] texts, string[][] references) = Corpus(golden.Text("set"));
        MetricsGolden.Equal(golden.Number("chrf2"), ChrF.Corpus(texts, references));
        MetricsGolden.Equal(golden.Number("chrf2++"), ChrF.Corpus(texts, references, new ChrFOptions { WordOrder = 2 }));
        MetricsGolden.Equal(golden.Number("ter"), TranslationEditRate.Corpus(texts, references));
    }

    [Theory]
    [InlineData("c d e a b", "a b c d e", 20)] // one shift instead of four edits
    [InlineData("a b x c d", "a b c d", 25)] // one word too many
    [InlineData("", "a b", 100)]
    [InlineData("b a", "a b", 50)]
    [InlineData("A B", "a b", 0)]
    public void Ter_OfShiftedWords_CountsAShiftAsOneEdit(string text, string reference, double rate) =>
        MetricsGolden.Equal(rate, TranslationEditRate.Sentence(text, [reference]));

    [Fact]
    public void Ter_OfLongTexts_StopsSearching()
    {
        string[] words = [.. Enumerable.Range(0, 120).Select(i => $"w{i % 7}")];
        string reversed = string.Join(' ', words.Reverse());
        Assert.InRange(TranslationEditRate.Sentence(string.Join(' ', words), [reversed]), 1, 100);
    }

    [Fact]
    public void BleuWords_OfEmojiInternationally_StandApart() =>
        Assert.Equal(["좋아요", "😀", "정말", "!"], Bleu.Words("좋아요😀정말!", new BleuOptions { Tokenizer = BleuTokenizer.International }));

    [Fact]
    public void Bleu_OfTextWithoutReference_NamesIt()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Bleu.Corpus(["a", "b"], [["a"], []]));
        Assert.Contains("Text 1 has no reference", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(RougeCases))]
    public void Rouge_OfGoldenPairs_EqualsRougeScore(int index)
    {
        JsonElement golden = RougeGolden.GetProperty("cases")[index];
        foreach ((string property, bool stem) in new[] { ("plain", false), ("stemmed", true) })
        {
            RougeScores scores = Rouge.Sentence(golden.Text("pred"), golden.Text("ref"), stem);
            JsonElement expected = golden.GetProperty(property);
            AssertScores(expected.GetProperty("rouge1"), scores.Rouge1);
            AssertScores(expected.GetProperty("rouge2"), scores.Rouge2);
            AssertScores(expected.GetProperty("rouge3"), scores.Rouge3);
            AssertScores(expected.GetProperty("rougeL"), scores.RougeL);
            AssertScores(expected.GetProperty("rougeLsum"), scores.RougeLsum);
        }
    }

    [Fact]
    public void Rouge_OfKoreanWithOwnWords_SeesThem()
    {
        RougeScores scores = Rouge.Sentence("항구는 여섯 시에 열린다", "항구가 여섯 시에 열린다", words: line => line.Split(' '));
        Assert.Equal(0.75, scores.Rouge1.F1);
    }

    // Examples of Porter's paper, and the words that NLTK treats differently.
    [Theory]
    [InlineData("caresses", "caress")]
    [InlineData("ponies", "poni")]
    [InlineData("ties", "tie")]
    [InlineData("agreed", "agre")]
    [InlineData("plastered", "plaster")]
    [InlineData("conflated", "conflat")]
    [InlineData("hopping", "hop")]
    [InlineData("falling", "fall")]
    [InlineData("filing", "file")]
    [InlineData("happy", "happi")]
    [InlineData("enjoy", "enjoy")]
    [InlineData("relational", "relat")]
    [InlineData("vietnamization", "vietnam")]
    [InlineData("hopefulness", "hope")]
    [InlineData("electriciti", "electr")]
    [InlineData("adjustment", "adjust")]
    [InlineData("adoption", "adopt")]
    [InlineData("controll", "control")]
    [InlineData("probate", "probat")]
    [InlineData("cease", "ceas")]
    [InlineData("dying", "die")]
    [InlineData("news", "news")]
    [InlineData("geology", "geolog")]
    [InlineData("sky", "sky")]
    public void PorterStemmer_OfPaperExamples_GivesTheirStems(string word, string stem) => Assert.Equal(stem, PorterStemmer.Stem(word));

    private static (string[] Texts, string[][] References) Corpus(string set)
    {
        JsonElement data = Golden.GetProperty("data").GetProperty(set);
        string[] texts = data.Texts("hyp");
        string[][] byReference = [.. data.GetProperty("refs").EnumerateArray().Select(MetricsGolden.Texts)];
        return (texts, [.. Enumerable.Range(0, texts.Length).Select(i => byReference.Select(list => list[i]).ToArray())]);
    }

    private static BleuOptions Options(JsonElement golden)
    {
        JsonElement options = golden.GetProperty("options");
        return new BleuOptions
        {
            Tokenizer = golden.Text("tokenize") switch
            {
                "13a" => BleuTokenizer.Mteval13a,
                "intl" => BleuTokenizer.International,
                "char" => BleuTokenizer.Characters,
                "zh" => BleuTokenizer.Chinese,
                _ => BleuTokenizer.None,
            },
            LowerCase = options.TryGetProperty("lowercase", out _),
            EffectiveOrder = options.TryGetProperty("effective_order", out _),
            MaxOrder = options.TryGetProperty("max_ngram_order", out JsonElement order) ? order.GetInt32() : 4,
            SmoothingValue = options.TryGetProperty("smooth_value", out JsonElement value) ? value.GetDouble() : null,
            Smoothing = (options.TryGetProperty("smooth_method", out JsonElement method) ? method.GetString() : "exp") switch
            {
                "floor" => BleuSmoothing.Floor,
                "add-k" => BleuSmoothing.AddK,
                "none" => BleuSmoothing.None,
                _ => BleuSmoothing.Exponential,
            },
        };
    }

    private static void AssertScores(JsonElement golden, PrecisionRecallF1 scores)
    {
        MetricsGolden.Equal(golden.Number("precision"), scores.Precision);
        MetricsGolden.Equal(golden.Number("recall"), scores.Recall);
        MetricsGolden.Equal(golden.Number("f1"), scores.F1);
    }
}
