using System.Text.Json;

namespace Akin.Cli.Tests;

public sealed class MineVerbTests : IDisposable
{
    private static readonly string[] Pairs =
    [
        """{"anchor": "how do I pay", "positive": "pay by card"}""",
        """{"anchor": "how do I return it", "positive": "print the label and return the parcel"}""",
        """{"anchor": "환불은 어떻게", "positive": "환불은 칠 일 안에"}""",
    ];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Mine_FromBm25_WritesTriplets()
    {
        string corpus = _folder.Write("corpus.txt", "pay the driver", "return in summer", "환불은 안 됩니다");
        AkinResult result = Mine("--source", "bm25", "--corpus", corpus, "--negatives", "1", "--json").Succeeded();
        JsonElement[] rows = Rows();
        Assert.Equal(["pay the driver", "return in summer", "환불은 안 됩니다"], rows.Select(row => row.GetProperty("negative").GetString()));
        Assert.Equal(["anchor", "positive", "negative"], rows[0].EnumerateObject().Select(column => column.Name));
        JsonElement summary = JsonElement.Parse(result.Output);
        Assert.Equal((3, 3, 3, 0), (Integer(summary, "pairs"), Integer(summary, "queries"), Integer(summary, "rows"), Integer(summary, "missing")));
    }

    [Fact]
    public void Mine_FromAModel_WritesTuplesWithScores()
    {
        Mine("--model", TinyModels.Sentence(), "--negatives", "2", "--format", "n-tuple-scores").Succeeded();
        Assert.All(Rows(), row =>
        {
            Assert.Equal(["anchor", "positive", "negative_1", "negative_2", "scores"], row.EnumerateObject().Select(column => column.Name));
            float[] scores = [.. row.GetProperty("scores").EnumerateArray().Select(score => score.GetSingle())];
            Assert.Equal(3, scores.Length);
            Assert.True(scores[1] >= scores[2]);
        });
    }

    [Fact]
    public void Mine_WithACrossEncoder_AppliesLimitsToItsScores()
    {
        // Its scores are between 0 and 1, BM25's above: none is left below 0, all below 1.
        string[] judged = ["--source", "bm25", "--negatives", "1", "--corpus", _folder.Write("c.txt", "pay the driver"), "--cross-encoder", TinyModels.CrossEncoder(), "--max-score"];
        Mine([.. judged, "0"]).Succeeded();
        Assert.Empty(Rows());
        Mine([.. judged, "1"]).Succeeded();
        Assert.Equal("pay the driver", Rows()[0].GetProperty("negative").GetString());
    }

    [Fact]
    public void Mine_AtRandomAsLists_WritesLabels()
    {
        Mine("--source", "random", "--negatives", "2", "--format", "labeled-list").Succeeded();
        Assert.All(Rows(), row => Assert.Equal([1, 0, 0], row.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32())));
    }

    [Fact]
    public void Mine_WithLimits_SaysWhatTheyDid()
    {
        AkinResult result = Mine("--source", "bm25", "--min-score", "100", "--corpus", _folder.Write("c.txt", "pay the driver")).Succeeded();
        Assert.Contains("min_score ruled out 1 candidates", result.Error);
        Assert.Contains("9 negatives were not found", result.Error);
        Assert.Empty(Rows());
    }

    [Fact]
    public void Mine_BadInput_IsRefusedByFileLineAndColumn()
    {
        Refused(_folder["none.jsonl"], "none.jsonl");
        Refused(_folder.Write("a.jsonl", """{"anchor": "a", "positive": "b"}""", """{"anchor": "a"}"""), "a.jsonl, line 2", "no column 'positive'", "'anchor'");
        Refused(_folder.Write("b.jsonl", """{"anchor": "a", "positive": " "}"""), "b.jsonl, line 1", "'positive' is blank");
        Refused(_folder.Write("c.csv", "query,answer", "a,b"), "c.csv, line 2", "no column 'anchor'", "'query', 'answer'");
        Mine("--source", "bm25", "--cross-encoder", "x").Refused("nothing to do", "--margin");
        Mine("--source", "random", "--max-score", "0.5").Refused("no scores");
        Mine("--source", "bm25", "--range-min", "4", "--range-max", "5").Refused("3 negatives cannot come from ranks 4 to 5");
        AkinProcess.Run("mine", "--source", "bm25", "--input", _folder.Write("p.jsonl", Pairs), "--output", _folder["x.csv"]).Refused("x.csv", ".jsonl");

        void Refused(string input, params string[] parts) =>
            AkinProcess.Run("mine", "--source", "bm25", "--input", input, "--output", _folder["out.jsonl"]).Refused(parts);
    }

    public void Dispose() => _folder.Dispose();

    private static int Integer(JsonElement json, string property) => json.GetProperty(property).GetInt32();

    private AkinResult Mine(params string[] arguments) =>
        AkinProcess.Run(["mine", "--input", _folder.Write("pairs.jsonl", Pairs), "--output", _folder["mined.jsonl"], .. arguments]);

    private JsonElement[] Rows() => [.. File.ReadLines(_folder["mined.jsonl"]).Select(line => JsonElement.Parse(line))];
}
