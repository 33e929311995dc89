using Akin.Search.Lexical;
using Akin.Search.Lexical.Analysis;

namespace Akin.Search.Tests.Lexical;

/// <summary>How well questions find their paragraph by words alone, against what Lucene's analysers reach (golden/search, k1 0.9, b 0.4).</summary>
public sealed class LexicalQualityTests
{
    [SharedTheory("data/ko-korquad1-dev", "data/zh-cmrc2018", "data/xquad")]
    [InlineData("ko-korquad1-dev/KorQuAD_v1.0_dev.json.gz", "korean", 0.950)] // Nori 0.9545, CJK pairs 0.9424
    [InlineData("zh-cmrc2018/squad-style/cmrc2018_dev.json.gz", "chinese", 0.980)] // SmartChinese 0.9823, CJK pairs 0.9809
    [InlineData("xquad/xquad.zh.json.gz", "chinese", 0.965)] // CJK pairs 0.9659, SmartChinese 0.9602
    [InlineData("xquad/xquad.en.json.gz", "porter2", 0.964)] // Lucene's English analyser 0.9646
    [InlineData("ko-korquad1-dev/KorQuAD_v1.0_dev.json.gz", "multilingual", 0.950)]
    [InlineData("zh-cmrc2018/squad-style/cmrc2018_dev.json.gz", "multilingual", 0.980)]
    public void Search_OfQuestions_FindsTheirParagraphs(string file, string analyzer, double least)
    {
        QuestionCollection questions = new(Repository.Shared("data", file));
        double ndcg = questions.NdcgAt10(new Bm25Options { K1 = 0.9, B = 0.4, Analyzer = TextAnalyzers.Named(analyzer) });
        Assert.True(ndcg >= least, $"nDCG@10 {ndcg:F4} over {questions.QuestionCount} questions");
    }
}
