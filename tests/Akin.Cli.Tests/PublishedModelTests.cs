using System.Text.Json;
using Akin.Search.Evaluation;

namespace Akin.Cli.Tests;

/// <summary>The published all-MiniLM-L6-v2 on published test collections, against the figures and rankings of Python.</summary>
public sealed class PublishedModelTests : IDisposable
{
    private const string Model = "models/all-MiniLM-L6-v2";

    /// <summary>One hundredth of a point, as correlations are published (82.03).</summary>
    private const double CorrelationTolerance = 1e-4;

    /// <summary>This model reads most Chinese and much Korean as unknown: many pairs have nearly the same cosine, and rounding decides their ranks.</summary>
    private const double TiedCorrelationTolerance = 5e-4;

    /// <summary>Cosines in float32, which sums in another order; the goldens have 6 decimals. Closer documents may stand in either order.</summary>
    private const double ScoreTolerance = 2e-5;

    /// <summary>What such swaps can change of a mean.</summary>
    private const double MeasureTolerance = 5e-4;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, double> Pairs()
    {
        TheoryData<string, string, double> pairs = new() { { "stsb-en-test", "stsb-en/original/sts-test.tsv", CorrelationTolerance } };
        if (LongTest.RunsAll)
        {
            pairs.Add("stsb-multi-zh-test", "stsb-multi/stsb-zh-test.csv", TiedCorrelationTolerance);
            pairs.Add("ko-korsts-test", "ko-korsts/sts-test.tsv", TiedCorrelationTolerance);
        }

        return pairs;
    }

    public static TheoryData<string, string> Collections()
    {
        TheoryData<string, string> collections = new() { { "ir-med", "ir-med/beir" } };
        if (LongTest.RunsAll)
        {
            collections.Add("ir-scifact-beir", "ir-scifact-beir");
        }

        return collections;
    }

    [SharedTheory(Model, "data/stsb-en", "data/stsb-multi", "data/ko-korsts")]
    [MemberData(nameof(Pairs))]
    public void Sts_PublishedPairs_GiveThePublishedCorrelation(string name, string file, double tolerance)
    {
        IEnumerable<string> lines = File.ReadLines(Repository.Shared(["data", .. file.Split('/')]));
        string data = name switch
        {
            "stsb-multi-zh-test" => _folder.Write("pairs.csv", ["sentence1,sentence2,score", .. lines]),
            _ => _folder.Write(
                "pairs.tsv",
                [
                    "score\tsentence1\tsentence2",
                    .. lines.Select(line => line.Split('\t')).Where(cells => double.TryParse(cells[4], out _)).Select(cells => string.Join('\t', cells[4..7])),
                ]),
        };
        JsonElement result = Eval("sts", data);

        JsonElement golden = JsonElement.Parse(File.ReadAllBytes(Repository.Golden("search", "sts.json"))).GetProperty(name);
        Assert.Equal(golden.GetProperty("pairs").GetInt32(), result.GetProperty("pairs").GetInt32());
        Assert.Equal(golden.GetProperty("spearman").GetDouble(), result.GetProperty("spearman_cosine").GetDouble(), tolerance);
        Assert.Equal(golden.GetProperty("pearson").GetDouble(), result.GetProperty("pearson_cosine").GetDouble(), tolerance);
    }

    [SharedTheory(Model, "data/ir-med", "data/ir-scifact-beir")]
    [MemberData(nameof(Collections))]
    public void Retrieval_PublishedCollection_GivesTheRankingOfPython(string name, string folder)
    {
        JsonElement result = Eval("retrieval", Repository.Shared(["data", .. folder.Split('/')]), "--run", _folder["out.trec"]);

        JsonElement golden = JsonElement.Parse(File.ReadAllBytes(Repository.Golden("search", "metrics.json"))).GetProperty(name).GetProperty("dense");
        Assert.Equal(golden.GetProperty("ndcg_cut_10").GetDouble(), result.GetProperty("ndcg@10").GetDouble(), MeasureTolerance);
        Assert.Equal(golden.GetProperty("recall_100").GetDouble(), result.GetProperty("recall@100").GetDouble(), MeasureTolerance);
        Assert.Equal(golden.GetProperty("map_cut_100").GetDouble(), result.GetProperty("map@100").GetDouble(), MeasureTolerance);
        SameRanking(RetrievalRun.Read(Repository.Golden("search", "runs", $"{name}.dense.run.gz")), RetrievalRun.Read(_folder["out.trec"]));
    }

    public void Dispose() => _folder.Dispose();

    private static JsonElement Eval(string kind, string data, params string[] options) =>
        JsonElement.Parse(AkinProcess.Run(["eval", kind, "--model", Repository.Shared(Model.Split('/')), "--data", data, "--json", .. options]).Succeeded().Output);

    /// <summary>The same documents with the same scores, except that documents whose scores are equal within the tolerance may change places.</summary>
    private static void SameRanking(RetrievalRun expected, RetrievalRun actual)
    {
        Assert.Equal(expected.Queries, actual.Queries);
        foreach (string query in expected.Queries)
        {
            Dictionary<string, double> scores = expected[query].ToDictionary(document => document.DocumentId, document => document.Score);
            Assert.Equal(expected[query].Count, actual[query].Count);
            for (int rank = 0; rank < expected[query].Count; rank++)
            {
                ScoredDocument ours = actual[query][rank];
                double atThisRank = expected[query][rank].Score;

                // A document the golden list lacks was cut off there: it can only stand where the last scores stand.
                double theirs = scores.GetValueOrDefault(ours.DocumentId, expected[query][^1].Score);
                Assert.True(
                    Math.Abs(ours.Score - theirs) <= ScoreTolerance && Math.Abs(theirs - atThisRank) <= ScoreTolerance,
                    $"Query {query}, rank {rank + 1}: {ours.DocumentId} with {ours.Score}, expected {expected[query][rank]}.");
            }
        }
    }
}
