using System.Text.Json;
using Akin.Training.Metrics.Answers;

namespace Akin.Training.Tests.Metrics;

public sealed class AnswerTests
{
    private static readonly JsonElement Squad = MetricsGolden.Read("squad.json");

    private static readonly JsonElement KorQuad = MetricsGolden.Read("korquad.json");

    private static readonly JsonElement OfficialKorQuad = MetricsGolden.Read("korquad_official.json");

    private static readonly JsonElement Cmrc = MetricsGolden.Read("cmrc.json");

    public static TheoryData<int> SquadCases => MetricsGolden.Cases("squad.json", "cases");

    public static TheoryData<int> KorQuadCases => MetricsGolden.Cases("korquad.json", "cases");

    public static TheoryData<int> OfficialKorQuadCases => MetricsGolden.Cases("korquad_official.json", "cases");

    public static TheoryData<int> CmrcCases => MetricsGolden.Cases("cmrc.json", "cases");

    [Theory]
    [MemberData(nameof(SquadCases))]
    public void Squad_OfOneQuestion_EqualsOfficialScript(int index)
    {
        JsonElement golden = Squad.GetProperty("cases")[index];
        AnswerReport report = AnswerReport.Compute([Question(golden)]);

        Assert.Equal(golden.Text("normalized_pred"), AnswerRules.Squad.Normalize(golden.Text("pred")));
        Assert.Equal(golden.Texts("normalized_answers"), golden.Texts("answers").Select(AnswerRules.Squad.Normalize));
        MetricsGolden.Equal(100 * golden.Number("exact"), report.All.ExactMatch);
        MetricsGolden.Equal(100 * golden.Number("f1"), report.All.F1);
    }

    [Fact]
    public void Squad1_OfAnswerableQuestions_EqualsOfficialScript()
    {
        QuestionAnswer[] questions = [.. Squad.GetProperty("cases").EnumerateArray().Select(golden => Question(golden)).Where(q => q.Expected.Count > 0)];
        AssertMetrics(Squad.GetProperty("v1_on_answerable"), AnswerReport.Compute(questions));
    }

    [Fact]
    public void Squad2_WithNoAnswerThreshold_EqualsOfficialScript()
    {
        JsonElement probabilities = Squad.GetProperty("v2_no_answer_probs");
        QuestionAnswer[] questions = [.. Squad.GetProperty("cases").EnumerateArray().Select(golden => Question(golden, probabilities.Number(golden.Text("id"))))];
        AssertMetrics(Squad.GetProperty("v2"), AnswerReport.Compute(questions, noAnswerThreshold: Squad.Number("v2_threshold")));
    }

    [Theory]
    [MemberData(nameof(KorQuadCases))]
    public void KorQuad_OfOneQuestion_EqualsPublishedDefinition(int index) => AssertScores(KorQuad.GetProperty("cases")[index], "exact_match", AnswerRules.KorQuad);

    [Fact]
    public void KorQuad_OfAllQuestions_EqualsPublishedDefinition()
    {
        AnswerReport report = AnswerReport.Compute([.. KorQuad.GetProperty("cases").EnumerateArray().Select(golden => Question(golden))], AnswerRules.KorQuad);
        MetricsGolden.Equal(KorQuad.GetProperty("total").Number("exact_match"), report.All.ExactMatch);
        MetricsGolden.Equal(KorQuad.GetProperty("total").Number("f1"), report.All.F1);
    }

    [Theory]
    [MemberData(nameof(OfficialKorQuadCases))]
    public void KorQuad_OfOneQuestion_EqualsOfficialScript(int index) => AssertScores(OfficialKorQuad.GetProperty("cases")[index], "exact", AnswerRules.KorQuad);

    [Theory]
    [MemberData(nameof(CmrcCases))]
    public void Cmrc_OfOneQuestion_EqualsOfficialScript(int index) => AssertScores(Cmrc.GetProperty("cases")[index], "exact", AnswerRules.Cmrc);

    private static void AssertScores(JsonElement golden, string exactMatch, AnswerRules rules)
    {
        AnswerReport report = AnswerReport.Compute([Question(golden)], rules);
        MetricsGolden.Equal(100 * golden.Number(exactMatch), report.All.ExactMatch);
        MetricsGolden.Equal(100 * golden.Number("f1"), report.All.F1);
    }

    private static QuestionAnswer Question(JsonElement golden, double noAnswerProbability = 0) =>
        new(golden.Texts("answers"), golden.Text("pred"), noAnswerProbability);

    private static void AssertMetrics(JsonElement golden, AnswerReport report)
    {
        IReadOnlyDictionary<string, double> metrics = report.ToMetrics();
        Assert.Equal(golden.EnumerateObject().Select(p => p.Name).Order(), metrics.Keys.Order());
        foreach (JsonProperty property in golden.EnumerateObject())
        {
            MetricsGolden.Equal(property.Value.Number(), metrics[property.Name]);
        }
    }
}
