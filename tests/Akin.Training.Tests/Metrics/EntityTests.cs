using System.Text.Json;
using Akin.Training.Metrics;
using Akin.Training.Metrics.Entities;

namespace Akin.Training.Tests.Metrics;

public sealed class EntityTests
{
    private static readonly JsonElement Golden = MetricsGolden.Read("seqeval.json").GetProperty("cases");

    public static TheoryData<int> Cases => MetricsGolden.Cases("seqeval.json", "cases");

    public static TheoryData<int, TaggingScheme> StrictCases
    {
        get
        {
            TheoryData<int, TaggingScheme> cases = [];
            for (int i = 0; i < Golden.GetArrayLength(); i++)
            {
                foreach (TaggingScheme scheme in Enum.GetValues<TaggingScheme>())
                {
                    cases.Add(i, scheme);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ReadEntities_Leniently_EqualsSeqeval(int index)
    {
        foreach (string side in new[] { "true", "pred" })
        {
            string[][] sentences = Sentences(Golden[index], side);
            for (int i = 0; i < sentences.Length; i++)
            {
                LabelledSpan[] expected =
                [
                    .. Golden[index].GetProperty($"entities_{side}")[i].EnumerateArray().Select(e => new LabelledSpan(e[0].GetString()!, e[1].GetInt32(), e[2].GetInt32())),
                ];
                Assert.Equal(expected, EntityReport.ReadEntities(sentences[i]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Report_Leniently_EqualsSeqeval(int index)
    {
        JsonElement golden = Golden[index];
        EntityReport report = EntityReport.Compute(Sentences(golden, "true"), Sentences(golden, "pred"));

        MetricsGolden.Equal(golden.Number("token_accuracy"), report.TokenAccuracy);
        AssertScores(golden.GetProperty("default").GetProperty("micro"), report.Micro);
        AssertScores(golden.GetProperty("default").GetProperty("macro"), report.Macro);
        AssertScores(golden.GetProperty("default").GetProperty("weighted"), report.Weighted);
        foreach (ClassScores type in report.Classes)
        {
            Assert.Equal(golden.GetProperty("default_report").GetProperty(type.Name).Number("support"), type.Support);
        }

        // seqeval cannot print a table without rows; this can.
        if (golden.GetProperty("default_report_text").ValueKind == JsonValueKind.String)
        {
            Assert.Equal(golden.Text("default_report_text"), report.ToText());
        }
    }

    [Theory]
    [MemberData(nameof(StrictCases))]
    public void Report_Strictly_EqualsSeqeval(int index, TaggingScheme scheme)
    {
        JsonElement golden = Golden[index].GetProperty("strict").GetProperty(scheme.ToString().ToUpperInvariant());
        string[][] expected = Sentences(Golden[index], "true");
        string[][] predicted = Sentences(Golden[index], "pred");
        if (golden.TryGetProperty("error", out _))
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() => EntityReport.Compute(expected, predicted, scheme));
            string token = golden.Text("message").Split(": ")[1].Split('.')[0];
            Assert.Contains($"'{token}' does not belong to the scheme {scheme}", error.Message, StringComparison.Ordinal);
            Assert.Contains("Sentence 0 (", error.Message, StringComparison.Ordinal);
            return;
        }

        EntityReport report = EntityReport.Compute(expected, predicted, scheme);
        MetricsGolden.Equal(golden.Number("micro_precision"), report.Micro.Precision);
        MetricsGolden.Equal(golden.Number("micro_recall"), report.Micro.Recall);
        MetricsGolden.Equal(golden.Number("micro_f1"), report.Micro.F1);
        MetricsGolden.Equal(golden.Number("macro_f1"), report.Macro.F1);
    }

    [Fact]
    public void ReadEntities_OfIoe2Strictly_EndsEntitiesAtE()
    {
        Assert.Equal(
            [new LabelledSpan("PER", 0, 1), new LabelledSpan("LOC", 3, 3)],
            EntityReport.ReadEntities(["I-PER", "E-PER", "O", "E-LOC", "I-LOC"], TaggingScheme.Ioe2));
    }

    [Fact]
    public void ReadEntities_OfSingleTokensInARow_AreEntitiesEach() =>
        Assert.Equal([new LabelledSpan("PER", 0, 0), new LabelledSpan("PER", 1, 1), new LabelledSpan("PER", 2, 3)], EntityReport.ReadEntities(["S-PER", "S-PER", "B-PER", "E-PER"]));

    [Fact]
    public void ReadEntities_OfBarePrefixes_HaveTheTypeUnderscore() =>
        Assert.Equal([new LabelledSpan("_", 0, 1)], EntityReport.ReadEntities(["B", "I", "O"]));

    [Fact]
    public void Report_OfSentencesOfDifferentLength_NamesTheSentence()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => EntityReport.Compute([["O"], ["O", "O"]], [["O"], ["O"]]));
        Assert.Contains("Sentence 1 has 2 expected and 1 predicted tags", error.Message, StringComparison.Ordinal);
    }

    private static string[][] Sentences(JsonElement golden, string side) => [.. golden.GetProperty(side).EnumerateArray().Select(MetricsGolden.Texts)];

    private static void AssertScores(JsonElement golden, PrecisionRecallF1 scores)
    {
        MetricsGolden.Equal(golden.Number("precision"), scores.Precision);
        MetricsGolden.Equal(golden.Number("recall"), scores.Recall);
        MetricsGolden.Equal(golden.Number("f1"), scores.F1);
    }
}
