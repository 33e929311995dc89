using System.Text.Json;
using Akin.Pipelines;
using Akin.Search.Evaluation;
using Akin.Training.Evaluation;
using Akin.Training.Tests.Metrics;

namespace Akin.Training.Tests.Evaluation;

public sealed class EvaluatorTests
{
    // The goldens are computed from float32 embeddings in float32: 1e-6 of numbers around 1, and as many digits of larger ones (thresholds of distances).
    private const double Tolerance = 1e-6;

    private static readonly JsonElement Golden = MetricsGolden.Read("evaluators.json");

    private static readonly GoldenEncoder Encoder = GoldenEncoder.Read(Golden);

    public static TheoryData<string> Cases => [.. Golden.GetProperty("cases").EnumerateArray().Select(golden => golden.Text("name")).Where(name => !name.StartsWith("ce_", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Evaluator_OfGivenEmbeddings_EqualsUpstream(string name)
    {
        JsonElement golden = Golden.GetProperty("cases").EnumerateArray().Single(golden => golden.Text("name") == name);
        EvaluatorScores found = Create(golden).Evaluate(Encoder);
        Same(golden.GetProperty("result"), found);
        Assert.Contains(found.PrimaryMetric, found.Keys);
    }

    [Theory]
    [InlineData("similarity_all_functions", "similarity_evaluation_results.csv", "cosine_pearson,cosine_spearman,dot_pearson,dot_spearman,euclidean_pearson,euclidean_spearman,manhattan_pearson,manhattan_spearman")]
    [InlineData("similarity_named", "similarity_evaluation_dev_results.csv", "cosine_pearson,cosine_spearman")]
    [InlineData("binary_cosine_default", "binary_classification_evaluation_results.csv", "cosine_accuracy,cosine_accuracy_threshold,cosine_f1,cosine_precision,cosine_recall,cosine_f1_threshold,cosine_ap,cosine_mcc")]
    [InlineData("triplet_cosine_default", "triplet_evaluation_results.csv", "accuracy_cosine")]
    [InlineData("ir_ks", "Information-Retrieval_evaluation_results.csv", "cosine-Accuracy@2,cosine-Precision@2,cosine-Recall@2,cosine-Precision@20,cosine-Recall@20,cosine-MRR@1,cosine-MRR@5,cosine-NDCG@1,cosine-NDCG@3,cosine-NDCG@20,cosine-MAP@5,cosine-MAP@20")]
    [InlineData("reranking_at3", "RerankingEvaluator_results_@3.csv", "MAP,MRR@3,NDCG@3")]
    [InlineData("paraphrase_mining_list", "paraphrase_mining_evaluation_results.csv", "precision,recall,f1,threshold,average_precision")]
    [InlineData("label_accuracy", "accuracy_evaluation_results.csv", "accuracy")]
    [InlineData("mse", "mse_evaluation__results.csv", "MSE")]
    [InlineData("translation", "translation_evaluation_results.csv", "src2trg,trg2src")]
    public void Evaluator_WithOutput_AppendsRowsWithTheColumnsOfUpstream(string name, string file, string columns)
    {
        using TemporaryFolder folder = new();
        JsonElement golden = Golden.GetProperty("cases").EnumerateArray().Single(golden => golden.Text("name") == name);
        SentenceEvaluator evaluator = Create(golden);
        EvaluatorScores found = evaluator.Evaluate(Encoder, new EvaluationOutput(folder.Path, 0.5, 20));
        evaluator.Evaluate(Encoder, new EvaluationOutput(folder.Path));

        string[] lines = File.ReadAllLines(Path.Combine(folder.Path, file));
        Assert.Equal(3, lines.Length);
        Assert.Equal("epoch,steps," + columns, lines[0]);
        string[] values = lines[1].Split(',');
        Assert.Equal(["0.5", "20"], values[..2]);
        Assert.Equal(lines[0].Split(',').Length, values.Length);
        Assert.Contains(values[2..], value => Math.Abs(double.Parse(value, System.Globalization.CultureInfo.InvariantCulture)) == Math.Abs(found.Primary)
            || found.PrimaryMetric.EndsWith("_max", StringComparison.Ordinal) || found.PrimaryMetric == "mean_accuracy");
        Assert.StartsWith("-1,-1,", lines[2], StringComparison.Ordinal);
        Assert.Equal(values[2..], lines[2].Split(',')[2..]);
    }

    [Fact]
    public void Evaluator_WhereAnotherWroteTheFile_SaysSo()
    {
        using TemporaryFolder folder = new();
        EvaluationOutput output = new(folder.Path);
        new TripletEvaluator(["t00"], ["t01"], ["t02"]).Evaluate(Encoder, output);
        TripletEvaluator other = new(["t00"], ["t01"], ["t02"]) { Functions = [SimilarityFunction.Dot] };
        EvaluationFileException error = Assert.Throws<EvaluationFileException>(() => other.Evaluate(Encoder, output));
        Assert.Contains("'epoch,steps,accuracy_cosine', not 'epoch,steps,accuracy_dot'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("similarity_cosine_default", "sentence")]
    [InlineData("binary_cosine_default", "sentence")]
    [InlineData("triplet_cosine_default", "document query")]
    [InlineData("ir_default", "document query")]
    [InlineData("reranking_default", "document query")]
    [InlineData("paraphrase_mining_list", "sentence")]
    [InlineData("translation", "sentence")]
    [InlineData("mse", "sentence")]
    [InlineData("label_accuracy", "sentence")]
    public void Evaluator_AsksForThePromptThatUpstreamUses(string name, string prompts)
    {
        GoldenEncoder encoder = GoldenEncoder.Read(Golden);
        Create(Golden.GetProperty("cases").EnumerateArray().Single(golden => golden.Text("name") == name)).Evaluate(encoder);
        Assert.Equal(prompts.Split(' '), encoder.Prompts.Order());
    }

    [Fact]
    public void InformationRetrieval_WithEqualScores_TakesTheLowerIdentifier()
    {
        // t46 and t47 have the same embedding.
        Dictionary<string, string> corpus = new() { ["b"] = "t46", ["a"] = "t47", ["c"] = "t00" };
        InformationRetrievalEvaluator evaluator = new(
            new Dictionary<string, string> { ["q"] = "t46" }, corpus, new Dictionary<string, IReadOnlyCollection<string>> { ["q"] = ["a"] })
        { CorpusChunkSize = 1 };
        Assert.Equal(1, evaluator.Evaluate(Encoder)["cosine_accuracy@1"]);
    }

    [Fact]
    public void Evaluators_WithListsThatDoNotFit_SayHowMany()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new TranslationEvaluator(["a", "b"], ["c"]));
        Assert.Contains("2 and 1 source and target sentences", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new EmbeddingSimilarityEvaluator(["a"], ["b"], [1]));
        Assert.Throws<ArgumentException>(() => new InformationRetrievalEvaluator(
            new Dictionary<string, string> { ["q"] = "t00" }, new Dictionary<string, string> { ["d"] = "t01" }, new Dictionary<string, IReadOnlyCollection<string>>()));
        Assert.Throws<ArgumentException>(() => new TripletEvaluator(["a"], ["b"], ["c"]) { Name = "a/b" });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TripletEvaluator(["a"], ["b"], ["c"]) { TruncateDimension = 0 });
    }

    internal static void Same(JsonElement expected, EvaluatorScores found)
    {
        Assert.Equal(expected.EnumerateObject().Select(metric => metric.Name).Order(), found.Keys.Order());
        foreach (JsonProperty metric in expected.EnumerateObject())
        {
            double value = metric.Value.Number();
            Assert.True(Math.Abs(value - found[metric.Name]) <= Tolerance * Math.Max(1, Math.Abs(value)), $"{metric.Name}: expected {value}, found {found[metric.Name]}");
        }
    }

    private static SentenceEvaluator Create(JsonElement golden)
    {
        JsonElement config = golden.GetProperty("config");
        string name = Has(config, "name") ? config.Text("name") : "";
        int? truncate = Has(config, "truncate_dim") ? config.GetProperty("truncate_dim").GetInt32() : null;
        SimilarityFunction[] functions = Has(config, "similarity_fn_names") ? [.. config.Texts("similarity_fn_names").Select(Function)] : [];
        return golden.Text("evaluator") switch
        {
            "EmbeddingSimilarityEvaluator" => new EmbeddingSimilarityEvaluator(config.Texts("sentences1"), config.Texts("sentences2"), Data(config, "scores"))
            {
                Name = name,
                TruncateDimension = truncate,
                Functions = functions,
                MainFunction = Has(config, "main_similarity") ? Function(config.Text("main_similarity")) : null,
            },
            "BinaryClassificationEvaluator" => new BinaryClassificationEvaluator(
                config.Texts("sentences1"), config.Texts("sentences2"), [.. config.Integers("labels").Select(label => label == 1)])
            {
                TruncateDimension = truncate,
                Functions = functions,
            },
            "TripletEvaluator" => new TripletEvaluator(config.Texts("anchors"), config.Texts("positives"), config.Texts("negatives"))
            {
                Functions = functions,
                Margins = Has(config, "margin") ? config.GetProperty("margin").EnumerateObject().ToDictionary(margin => Function(margin.Name), margin => margin.Value.GetDouble()) : new Dictionary<SimilarityFunction, double>(),
            },
            "InformationRetrievalEvaluator" => Retrieval(config, truncate),
            "RerankingEvaluator" => new RerankingEvaluator([.. config.GetProperty("samples").EnumerateArray().Select(sample => new RerankingSample(sample.Text("query"), sample.Texts("positive"), sample.Texts("negative")))])
            {
                Depth = Has(config, "at_k") ? config.GetProperty("at_k").GetInt32() : 10,
                Function = Has(config, "similarity_fct") ? SimilarityFunction.Dot : SimilarityFunction.Cosine,
            },
            "ParaphraseMiningEvaluator" => new ParaphraseMiningEvaluator(
                [.. Map(config, "sentences_map")],
                config.GetProperty("duplicates_list").EnumerateArray().Select(pair => (pair[0].GetString()!, pair[1].GetString()!)),
                addTransitiveClosure: Has(config, "add_transitive_closure"))
            {
                NeighborCount = Has(config, "top_k") ? config.GetProperty("top_k").GetInt32() : 100,
                MaxPairs = Has(config, "max_pairs") ? config.GetProperty("max_pairs").GetInt32() : 500_000,
            },
            "TranslationEvaluator" => new TranslationEvaluator(config.Texts("source"), config.Texts("target")),
            "MSEEvaluator" => MSEEvaluator.FromTeacher(Encoder.Select(number => (number * 1.1f) + 0.05f), config.Texts("source"), config.Texts("target")),
            "LabelAccuracyEvaluator" => new LabelAccuracyEvaluator(
                [config.Texts("sentences1"), config.Texts("sentences2")],
                [.. Data(config, "labels").Select(label => (int)label)],
                embeddings => Logits([.. embeddings[0], .. embeddings[1]], Data(config, "classifier"))),
            "SequentialEvaluator" => new SequentialEvaluator([.. config.Texts("of").Select(of => Create(Golden.GetProperty("cases").EnumerateArray().Single(golden => golden.Text("name") == of)))]),
            string other => throw new InvalidOperationException(other),
        };
    }

    private static InformationRetrievalEvaluator Retrieval(JsonElement config, int? truncate)
    {
        Dictionary<string, IReadOnlyCollection<string>> relevant =
            config.GetProperty("relevant_docs").EnumerateObject().ToDictionary(query => query.Name, query => (IReadOnlyCollection<string>)query.Value.Texts());
        return new InformationRetrievalEvaluator(Map(config, "queries"), Map(config, "corpus"), relevant)
        {
            TruncateDimension = truncate,
            CorpusChunkSize = Has(config, "corpus_chunk_size") ? config.GetProperty("corpus_chunk_size").GetInt32() : 50_000,
            Functions = Has(config, "score_functions") ? [.. config.Texts("score_functions").Select(Function)] : [],
            AccuracyAt = Has(config, "accuracy_at_k") ? config.Integers("accuracy_at_k") : [1, 3, 5, 10],
            PrecisionRecallAt = Has(config, "precision_recall_at_k") ? config.Integers("precision_recall_at_k") : [1, 3, 5, 10],
            MrrAt = Has(config, "mrr_at_k") ? config.Integers("mrr_at_k") : [10],
            NdcgAt = Has(config, "ndcg_at_k") ? config.Integers("ndcg_at_k") : [10],
            MapAt = Has(config, "map_at_k") ? config.Integers("map_at_k") : [100],
        };
    }

    private static float[] Logits(float[] features, double[] classifier) =>
        [.. Enumerable.Range(0, classifier.Length / features.Length).Select(label => features.Select((feature, i) => feature * (float)classifier[(i * 3) + label]).Sum())];

    private static Dictionary<string, string> Map(JsonElement config, string property) =>
        config.GetProperty(property).EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!);

    private static double[] Data(JsonElement config, string property) => config.GetProperty(property).Numbers("data");

    private static bool Has(JsonElement config, string property) => config.TryGetProperty(property, out _);

    private static SimilarityFunction Function(string name) => Enum.Parse<SimilarityFunction>(name, ignoreCase: true);
}
