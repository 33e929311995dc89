using System.Text.Json;
using Akin.Search;
using Akin.Training.Evaluation;
using Akin.Training.Evaluation.CrossEncoders;
using Akin.Training.Tests.Metrics;

namespace Akin.Training.Tests.Evaluation;

public sealed class CrossEncoderEvaluatorTests
{
    private static readonly JsonElement Golden = MetricsGolden.Read("evaluators.json");

    public static TheoryData<string> Cases => [.. Golden.GetProperty("cases").EnumerateArray().Select(golden => golden.Text("name")).Where(name => name.StartsWith("ce_", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Evaluator_OfGivenScores_EqualsUpstream(string name)
    {
        JsonElement golden = Golden.GetProperty("cases").EnumerateArray().Single(golden => golden.Text("name") == name);
        (CrossEncoderEvaluator evaluator, IPairScorer model) = Create(golden);
        EvaluatorScores found = evaluator.Evaluate(model);
        EvaluatorTests.Same(golden.GetProperty("result"), found);
        Assert.Contains(found.PrimaryMetric, found.Keys);
    }

    [Theory]
    [InlineData("ce_correlation", "CrossEncoderCorrelationEvaluator_dev_results.csv", "Pearson_Correlation,Spearman_Correlation")]
    [InlineData("ce_classification_binary", "CrossEncoderClassificationEvaluator_dev_results.csv", "Accuracy,Accuracy_Threshold,F1,F1_Threshold,Precision,Recall,Average_Precision")]
    [InlineData("ce_classification_3", "CrossEncoderClassificationEvaluator_dev_results.csv", "Macro_F1,Micro_F1,Weighted_F1")]
    [InlineData("ce_reranking_negatives", "CrossEncoderRerankingEvaluator_dev_results_@10.csv", "MAP,MRR@10,NDCG@10")]
    public void Evaluator_WithOutput_AppendsARowWithTheColumnsOfUpstream(string name, string file, string columns)
    {
        using TemporaryFolder folder = new();
        (CrossEncoderEvaluator evaluator, IPairScorer model) = Create(Golden.GetProperty("cases").EnumerateArray().Single(golden => golden.Text("name") == name), "dev");
        evaluator.Evaluate(model, new EvaluationOutput(folder.Path));
        string[] lines = File.ReadAllLines(Path.Combine(folder.Path, file));
        Assert.Equal("epoch,steps," + columns, lines[0]);
        Assert.Equal(columns.Split(',').Length + 2, Assert.Single(lines[1..]).Split(',').Length);
    }

    [Fact]
    public void Classification_WithALabelTheModelDoesNotHave_NamesThePair()
    {
        CrossEncoderClassificationEvaluator evaluator = new([("a", "b"), ("c", "d")], [0, 2]);
        ArgumentException error = Assert.Throws<ArgumentException>(() => evaluator.Evaluate(new Scores(new() { [("a", "b")] = [1], [("c", "d")] = [2] })));
        Assert.Contains("Pair 1 has the label 2; the model's are 0 … 1", error.Message, StringComparison.Ordinal);
    }

    private static (CrossEncoderEvaluator Evaluator, IPairScorer Model) Create(JsonElement golden, string name = "")
    {
        JsonElement config = golden.GetProperty("config");
        if (config.TryGetProperty("samples", out JsonElement samples))
        {
            CrossEncoderRerankingEvaluator reranking = new([.. samples.EnumerateArray().Select(Sample)])
            {
                Name = name,
                Depth = config.TryGetProperty("at_k", out JsonElement depth) ? depth.GetInt32() : 10,
                AlwaysRerankPositives = !config.TryGetProperty("always_rerank_positives", out JsonElement always) || always.GetBoolean(),
            };
            Dictionary<(string, string), float[]> scores = [];
            foreach (JsonProperty score in config.GetProperty("scores").EnumerateObject())
            {
                string[] pair = score.Name.Split('|');
                scores[(pair[0], pair[1])] = [score.Value.GetSingle()];
            }

            return (reranking, new Scores(scores));
        }

        (string First, string Second)[] pairs = [.. config.GetProperty("pairs").EnumerateArray().Select(pair => (pair.GetProperty("pair")[0].GetString()!, pair.GetProperty("pair")[1].GetString()!))];
        float[][] given = [.. config.GetProperty("pairs").EnumerateArray().Select(pair => pair.TryGetProperty("score", out JsonElement score)
            ? [score.GetSingle()]
            : pair.GetProperty("scores").EnumerateArray().Select(number => number.GetSingle()).ToArray())];
        Scores model = new(pairs.Zip(given).ToDictionary(pair => pair.First, pair => pair.Second));
        if (config.TryGetProperty("gold", out JsonElement gold))
        {
            return (new CrossEncoderCorrelationEvaluator(pairs, gold.Numbers("data")) { Name = name }, model);
        }

        JsonElement labels = config.GetProperty("labels");
        int[] classes = labels.ValueKind == JsonValueKind.Array ? config.Integers("labels") : labels.Integers("data");
        return (new CrossEncoderClassificationEvaluator(pairs, classes) { Name = name }, model);
    }

    private static CrossEncoderRerankingSample Sample(JsonElement sample) => sample.TryGetProperty("documents", out _)
        ? new CrossEncoderRerankingSample(sample.Text("query"), sample.Texts("positive"), sample.Texts("documents"), AreRanked: true)
        : new CrossEncoderRerankingSample(sample.Text("query"), sample.Texts("positive"), sample.Texts("negative"), AreRanked: false);

    /// <summary>Scores that stand in a golden file.</summary>
    private sealed class Scores(Dictionary<(string, string), float[]> scores) : IPairScorer
    {
        public int LabelCount => scores.Values.First().Length;

        public float[] Score(IReadOnlyList<(string First, string Second)> pairs, CancellationToken cancellationToken) => [.. pairs.SelectMany(pair => scores[pair])];
    }
}
