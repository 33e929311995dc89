using System.Text.Json;
using System.Text.RegularExpressions;
using Akin.Search.Evaluation;
using Akin.Search.Fusion;

namespace Akin.Search.Tests.Fusion;

/// <summary>Fused rankings against ranx and Qdrant, and on real runs.</summary>
public sealed partial class RankFusionTests
{
    /// <summary>Double precision on both sides (README of golden/search).</summary>
    private const double Tolerance = 1e-12;

    private static readonly Dictionary<string, JsonElement> Cases = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("search", "fusion", "results.json")))
        .RootElement.EnumerateArray().ToDictionary(golden => golden.GetProperty("name").GetString()!);

    public static IEnumerable<object[]> Calls =>
        from golden in Cases
        from library in new[] { "ranx", "qdrant" }
        from call in golden.Value.GetProperty(library).EnumerateObject()
        select new object[] { golden.Key, library, call.Name };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Fuse_OfTheReferencesLists_GivesItsScores(string name, string library, string call)
    {
        JsonElement golden = Cases[name];
        IReadOnlyList<ScoredDocument>[] lists = [.. golden.GetProperty("lists").EnumerateArray().Select(
            list => (IReadOnlyList<ScoredDocument>)[.. list.EnumerateArray().Select(pair => new ScoredDocument(pair[0].GetString()!, pair[1].GetDouble()))])];
        IReadOnlyList<ScoredDocument> fused = Method(library, call).Fuse(lists);
        Dictionary<string, double> expected = golden.GetProperty(library).GetProperty(call).EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetDouble());
        Assert.Equal(expected.Keys.Order(), fused.Select(document => document.DocumentId).Order());
        Assert.All(fused, document => Assert.Equal(expected[document.DocumentId], document.Score, Tolerance));
        Assert.Equal(fused.OrderByDescending(document => document.Score).Select(document => document.Score), fused.Select(document => document.Score));
        Assert.Equal(fused.Take(2), Method(library, call).Fuse(lists, count: 2));
    }

    [SharedTheory("data/ir-scifact-beir")]
    [InlineData("rrf60", "", 0)]
    [InlineData("minmax, dense weight 0.5", "MinMax", 0.5)]
    [InlineData("minmax, dense weight 0.7", "MinMax", 0.7)]
    [InlineData("zscore, dense weight 0.5", "ZScore", 0.5)]
    public void Fuse_OfWordsAndVectorsOnSciFact_FindsAsTheReferenceDoes(string method, string normalization, double denseWeight)
    {
        RankFusion fusion = normalization == ""
            ? new ReciprocalRankFusion()
            : new ScoreFusion { Normalization = Enum.Parse<ScoreNormalization>(normalization), Weights = [1 - denseWeight, denseWeight] };
        RetrievalRun fused = fusion.FuseRuns([Run("english.anserini"), Run("dense")]);
        Judgements judgements = BeirCollection.Read(Repository.Shared("data", "ir-scifact-beir")).Judgements;
        double ndcg = RetrievalFigures.Of(judgements, fused).Single(figure => figure.Key == "ndcg@10").Value;
        double expected = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("search", "metrics.json"))).RootElement
            .GetProperty("ir-scifact-beir").GetProperty($"english.anserini + dense: {method}").GetProperty("ndcg_cut_10").GetDouble();
        Assert.Equal(expected, ndcg, 0.002); // as the README of golden/search says of hybrids: near ties fall otherwise

        static RetrievalRun Run(string name) => RetrievalRun.Read(Repository.Golden("search", "runs", $"ir-scifact-beir.{name}.run.gz"));
    }

    [Fact]
    public void Fuse_OfEqualScores_KeepsTheEarlierRankFirst()
    {
        IReadOnlyList<ScoredDocument> first = [new("a", 2), new("b", 1)], second = [new("c", 9), new("d", 8)];
        Assert.Equal(["a", "c", "b", "d"], new ReciprocalRankFusion().Fuse([first, second]).Select(document => document.DocumentId));
        Assert.Empty(new ReciprocalRankFusion().Fuse([]));
        Assert.Equal(["a", "b", "c", "d"], new ReciprocalRankFusion { Weights = [1, 0] }.Fuse([first, second]).Select(document => document.DocumentId));
    }

    [Fact]
    public void Fuse_WithWeightsThatDoNotFit_SaysSo()
    {
        IReadOnlyList<ScoredDocument> list = [new("a", 2)];
        Assert.Contains("2 lists want as many weights", Assert.Throws<ArgumentException>(() => new ScoreFusion { Weights = [1] }.Fuse([list, list])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ScoreFusion { Weights = [1, -1] }.Fuse([list, list]));
        Assert.Throws<ArgumentException>(() => new ReciprocalRankFusion { Weights = [1, double.NaN] }.Fuse([list, list]));
    }

    [Fact]
    public void MaximalMarginalRelevance_PassesOverWhatIsSaidAlready()
    {
        float[][] vectors = [[1, 0], [1, 0.01f], [0, 1], [0.7f, 0.7f]];
        double[] relevance = [0.9, 0.89, 0.5, 0.6];
        Assert.Equal([0, 1, 3, 2], MaximalMarginalRelevance.Select(relevance, vectors, 9, lambda: 1));
        Assert.Equal([0, 2, 3], MaximalMarginalRelevance.Select(relevance, vectors, 3));
        Assert.Equal([0, 2], MaximalMarginalRelevance.Select(relevance, vectors, 2, lambda: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MaximalMarginalRelevance.Select(relevance, vectors, 2, lambda: 1.5));
        Assert.Throws<ArgumentException>(() => MaximalMarginalRelevance.Select(relevance[..2], vectors, 2));
    }

    [GeneratedRegex(@"k=(?<k>\d+)")]
    private static partial Regex Constant { get; }

    private static RankFusion Method(string library, string call)
    {
        if (call.StartsWith("rrf", StringComparison.Ordinal))
        {
            double k = Constant.Match(call) is { Success: true } match ? double.Parse(match.Groups["k"].Value) : 2;
            return new ReciprocalRankFusion { K = library == "qdrant" ? k - 1 : k, Weights = WeightsIn(call) };
        }

        string[] parts = call.Split(", ", 2);
        return call switch
        {
            "isr" => new InverseSquareRankFusion(),
            "dbsf" => new ScoreFusion { Normalization = ScoreNormalization.Distribution },
            _ => new ScoreFusion
            {
                Normalization = parts[0] switch
                {
                    "min-max" => ScoreNormalization.MinMax,
                    "zmuv" => ScoreNormalization.ZScore,
                    "max" => ScoreNormalization.Maximum,
                    "sum" => ScoreNormalization.Sum,
                    _ => ScoreNormalization.Rank,
                },
                Combination = parts[1] switch { "mnz" => ScoreCombination.SumTimesLists, "max" => ScoreCombination.Maximum, _ => ScoreCombination.Sum },
                Weights = WeightsIn(call),
            },
        };
    }

    private static double[] WeightsIn(string call) =>
        call.IndexOf('[') is >= 0 and int start ? [.. call[(start + 1)..call.IndexOf(']')].Split(", ").Select(double.Parse)] : [];
}
