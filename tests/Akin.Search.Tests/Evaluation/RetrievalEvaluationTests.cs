using System.IO.Compression;
using System.Text.Json;
using Akin.Search.Evaluation;

namespace Akin.Search.Tests.Evaluation;

public sealed class RetrievalEvaluationTests
{
    // Values are stored with six decimals.
    private const double GoldenTolerance = 1e-6;

    private static readonly int[] Depths = [1, 3, 5, 10, 20, 50, 100];

    private static readonly RetrievalMeasure[] Measures =
    [
        RetrievalMeasure.Map,
        RetrievalMeasure.GeometricMap,
        RetrievalMeasure.ReciprocalRank,
        RetrievalMeasure.Ndcg,
        RetrievalMeasure.RPrecision,
        RetrievalMeasure.BinaryPreference,
        RetrievalMeasure.ElevenPointAverage,
        .. Depths.SelectMany(depth => new[]
        {
            RetrievalMeasure.MapAt(depth),
            RetrievalMeasure.NdcgAt(depth),
            RetrievalMeasure.PrecisionAt(depth),
            RetrievalMeasure.RecallAt(depth),
            RetrievalMeasure.SuccessAt(depth),
        }),
        .. Enumerable.Range(0, 11).Select(tenth => RetrievalMeasure.InterpolatedPrecisionAt(tenth / 10.0)),
    ];

    [SharedTheory("data/ir-scifact-beir", "data/ir-cranfield", "data/ir-med", "data/ir-cacm", "data/fiqa-subset")]
    [InlineData("ir-scifact-beir", "qrels/test.tsv", "english.anserini", "english.lucene", "dense")]
    [InlineData("ir-cranfield", "beir/qrels.binary.tsv", "english.anserini", "dense")]
    [InlineData("ir-med", "beir/qrels.tsv", "english.anserini", "english.lucene", "dense")]
    [InlineData("ir-cacm", "beir/qrels.tsv", "english.anserini", "dense")]
    [InlineData("fiqa-subset", "beir/qrels.tsv", "english.anserini", "dense")]
    public void Of_StoredRun_EqualsTrecEval(string set, string qrels, params string[] runs)
    {
        Judgements judgements = Judgements.Read(Repository.Shared("data", set, qrels));
        using JsonDocument means = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("search", "metrics.json")));
        using GZipStream packed = new(File.OpenRead(Repository.Golden("search", "per_query.json.gz")), CompressionMode.Decompress);
        using JsonDocument perQuery = JsonDocument.Parse(packed);
        string[] perQueryMeasures = [.. perQuery.RootElement.GetProperty("measures").EnumerateArray().Select(name => name.GetString()!)];
        foreach (string name in runs)
        {
            RetrievalRun run = RetrievalRun.Read(Repository.Golden("search", "runs", $"{set}.{name}.run.gz"));
            RetrievalEvaluation evaluation = RetrievalEvaluation.Of(judgements, run, Measures);
            JsonElement golden = means.RootElement.GetProperty(set).GetProperty(name);
            foreach (RetrievalMeasure measure in Measures)
            {
                Assert.Equal(golden.GetProperty(measure.Name).GetDouble(), evaluation.Means[measure.Name], GoldenTolerance);
            }

            int compared = 0;
            foreach (JsonProperty query in perQuery.RootElement.GetProperty("sets").GetProperty(set).GetProperty(name).EnumerateObject())
            {
                if (query.Value.ValueKind == JsonValueKind.Array)
                {
                    for (int i = 0; i < perQueryMeasures.Length; i++)
                    {
                        Assert.Equal(query.Value[i].GetDouble(), evaluation.PerQuery[query.Name][perQueryMeasures[i]], GoldenTolerance);
                        compared++;
                    }
                }
            }

            Assert.True(compared > 100);
        }
    }

    [Fact]
    public void Of_EqualScores_LargerIdentifierFirst()
    {
        Judgements judgements = new();
        judgements.Add("q", "b", 1);
        RetrievalRun run = new();
        // Equal as 32-bit floats only.
        run.Add("q", [new("a", 0.5000000001), new("b", 0.5)]);
        Assert.Equal(1, RetrievalEvaluation.Of(judgements, run, RetrievalMeasure.ReciprocalRank).Means["recip_rank"]);
    }

    [Fact]
    public void Of_JudgedQueryThatTheRunLacks_CountsZero()
    {
        Judgements judgements = new();
        judgements.Add("q1", "a", 1);
        judgements.Add("q2", "a", 1);
        RetrievalRun run = new();
        run.Add("q1", [new("a", 1)]);
        run.Add("unjudged", [new("a", 1)]);
        RetrievalEvaluation evaluation = RetrievalEvaluation.Of(judgements, run, RetrievalMeasure.Map, RetrievalMeasure.GeometricMap);
        Assert.Equal(0.5, evaluation.Means["map"]);
        Assert.Equal(Math.Sqrt(0.00001), evaluation.Means["gm_map"], 12);
        Assert.Equal(["q1", "q2"], evaluation.PerQuery.Keys);
    }

    [Fact]
    public void Measures_GradedAndNegativeJudgements_FollowTheFormulas()
    {
        Dictionary<string, int> grades = new() { ["a"] = 3, ["b"] = 1, ["c"] = 0, ["d"] = 0, ["e"] = 2 };
        // c (judged, not relevant), a, x (unjudged), b; e is not found.
        JudgedRanking ranking = JudgedRanking.Of(grades, [new("c", 9), new("a", 8), new("x", 7), new("b", 6)]);
        double ideal = 3 + 2 / Math.Log2(3) + 1 / Math.Log2(4);
        Assert.Equal((3 / Math.Log2(3) + 1 / Math.Log2(5)) / ideal, RetrievalMeasure.NdcgAt(10).ValueOf(ranking), 12);
        Assert.Equal((1 / 2.0 + 2 / 4.0) / 3, RetrievalMeasure.Map.ValueOf(ranking), 12);
        Assert.Equal(1 / 6.0, RetrievalMeasure.MapAt(2).ValueOf(ranking), 12);
        // One judged non-relevant document stands before both found ones: each counts 1 - 1/min(3, 2).
        Assert.Equal(2 * 0.5 / 3, RetrievalMeasure.BinaryPreference.ValueOf(ranking), 12);
        Assert.Equal(0, RetrievalMeasure.ReciprocalRankAt(1).ValueOf(ranking));
        Assert.Equal(0.5, RetrievalMeasure.ReciprocalRankAt(2).ValueOf(ranking));
        Assert.Equal(0.2, RetrievalMeasure.PrecisionAt(10).ValueOf(ranking), 12);
    }

    [Theory]
    [InlineData("q1 Q0 d1 1 0.5", "line 2: it has 5 columns")]
    [InlineData("q1 Q0 d1 1 high tag", "'high' is not a number")]
    [InlineData("q1 Q0 d0 1 0.5 tag", "document 'd0' is listed twice for query 'q1'")]
    public void ReadRun_BadLine_NamesFileLineAndFinding(string line, string finding)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["bad.run"], $"q1 Q0 d0 1 0.9 tag\n{line}\n");
        EvaluationFileException error = Assert.Throws<EvaluationFileException>(() => RetrievalRun.Read(folder["bad.run"]));
        Assert.Contains(finding, error.Message);
        Assert.Equal((folder["bad.run"], 2), (error.Path, error.Line));
    }

    [Theory]
    [InlineData("out.trec")]
    [InlineData("out.trec.gz")]
    public void WriteRun_ReadBack_IsEqual(string name)
    {
        using TemporaryFolder folder = new();
        RetrievalRun run = new();
        run.Add("z", [new("문서", 0.1 + 0.2), new("b", -1e-9)]);
        run.Add("a", [new("c", 1)]);
        run.Write(folder[name], "akin");
        RetrievalRun again = RetrievalRun.Read(folder[name]);
        Assert.Equal(["z", "a"], again.Queries);
        Assert.Equal(run["z"], again["z"]);
        Assert.Equal(run["a"], again["a"]);
        run.Add("with blank", [new("c", 1)]);
        Assert.Throws<EvaluationFileException>(() => run.Write(folder["bad.trec"], "akin"));
    }

    [Fact]
    public void ReadJudgements_BeirAndTrecForms_AreEqual()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["beir.tsv"], "query-id\tcorpus-id\tscore\nq 1\td 1\t2\nq2\td1\t0\n");
        File.WriteAllText(folder["trec.qrels"], "q2 0 d1 0\nq3 0 d2 1\n");
        File.WriteAllText(folder["bad.tsv"], "query-id\tcorpus-id\tscore\nq1\td1\thigh\n");
        Judgements beir = Judgements.Read(folder["beir.tsv"]);
        Assert.Equal(["q 1", "q2"], beir.Queries);
        Assert.Equal(2, beir["q 1"]["d 1"]);
        Assert.Equal(1, Judgements.Read(folder["trec.qrels"])["q3"]["d2"]);
        Assert.Contains("line 2: the grade 'high'", Assert.Throws<EvaluationFileException>(() => Judgements.Read(folder["bad.tsv"])).Message);
        Assert.Contains("no such file", Assert.Throws<EvaluationFileException>(() => Judgements.Read(folder["none.tsv"])).Message);
    }
}
