using System.Text.Json.Nodes;
using Akin.Models.Checkpoints;
using Akin.Models.Configuration;
using Akin.Search;

namespace Akin.Pipelines.Tests;

/// <summary>Cross-encoders against what Python made of the same folders.</summary>
public sealed class CrossEncoderTests : IDisposable
{
    private const double Tolerance = 1e-6; // as the goldens' README says

    private static readonly JsonNode Golden = JsonNode.Parse(File.ReadAllBytes(Repository.Golden("models", "sentence", "cross_encoder.json")))!;

    private static readonly (string, string)[] Pairs = [.. Golden["pairs"]!.AsArray().Select(pair => ((string)pair![0]!, (string)pair[1]!))];

    private static readonly string[] Documents = [.. Golden["documents"]!.AsArray().Select(text => (string)text!)];

    private readonly string _folder = Directory.CreateTempSubdirectory("akin-cross-encoder-").FullName;

    public static TheoryData<string> Names => [.. Golden["models"]!.AsArray().Select(model => (string)model!["name"]!)];

    private static string Query => (string)Golden["query"]!;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Predict_OfPairs_EqualsSentenceTransformers(string name)
    {
        JsonNode golden = Model(name);
        CrossEncoder model = CrossEncoder.FromPretrained(Folder(name));
        Assert.Equal((string)golden["activation"]!, model.Activation.ToString());
        Assert.Equal((int)golden["num_labels"]!, model.LabelCount);
        Assert.Equal((int)golden["max_length"]!, model.MaxLength);
        Near.Equal(Rows(golden["default"]!), [.. model.Predict(Pairs)], Tolerance);
        Check("sigmoid", ScoreActivation.Sigmoid);
        Check("identity", ScoreActivation.Identity);
        Check("apply_softmax", ScoreActivation.Softmax);
        if (golden["single_pair"] is { } single)
        {
            Assert.Equal((double)single, model.Predict(Pairs[0].Item1, Pairs[0].Item2)[0], Tolerance);
        }

        void Check(string field, ScoreActivation activation)
        {
            if (golden[field] is { } expected)
            {
                Near.Equal(Rows(expected), [.. model.Predict(Pairs, activation)], Tolerance);
            }
        }
    }

    [Theory]
    [InlineData("one-label")]
    [InlineData("one-label-identity")]
    public void Rank_OfDocuments_EqualsSentenceTransformers(string name)
    {
        CrossEncoder model = CrossEncoder.FromPretrained(Folder(name));
        Check(Model(name)["rank"]!, model.Rank(Query, Documents));
        Check(Model(name)["rank_top_3_documents"]!, model.Rank(Query, Documents, topK: 3, returnDocuments: true));

        static void Check(JsonNode expected, IReadOnlyList<RankedDocument> actual)
        {
            Assert.Equal(expected.AsArray().Select(entry => (int)entry!["corpus_id"]!), actual.Select(document => document.CorpusId));
            Assert.Equal(expected.AsArray().Select(entry => (string?)entry!["text"]), actual.Select(document => document.Text));
            Assert.All(expected.AsArray().Zip(actual), pair => Assert.Equal((double)pair.First!["score"]!, pair.Second.Score, Tolerance));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SavePretrained_OfEveryLayout_IsReadBackEqualInTheLayoutOfAllVersions(string name)
    {
        CrossEncoder model = CrossEncoder.FromPretrained(Folder(name));
        model.SavePretrained(_folder);
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "config.json")))!;
        string activation = (string)Model(name)["activation"]! == "Sigmoid" ? "torch.nn.modules.activation.Sigmoid" : "torch.nn.modules.linear.Identity";
        Assert.Equal(activation, (string)config["sentence_transformers"]!["activation_fn"]!);
        Assert.Equal(activation, (string)config["sbert_ce_default_activation_function"]!);
        CrossEncoder again = CrossEncoder.FromPretrained(_folder);
        Assert.Equal(model.Activation, again.Activation);
        Assert.Equal(model.MaxLength, again.MaxLength);
        Assert.Equal(model.Labels, again.Labels);
        Assert.Equal(model.Predict(Pairs), again.Predict(Pairs));
    }

    [Fact]
    public void Predict_OfAPair_DoesNotDependOnTheOthers()
    {
        CrossEncoder model = CrossEncoder.FromPretrained(Folder("one-label"));
        Assert.Equal(model.Predict(Pairs), Pairs.Select(pair => model.Predict(pair.Item1, pair.Item2)));
        Assert.Equal(model.Predict(Pairs).Select(scores => scores[0]), ((IPairScorer)model).Score(Pairs, CancellationToken.None));
        Assert.Empty(model.Rank(Query, []));
    }

    [Fact]
    public void FromPretrained_WithAnActivationAndALength_TakesAndSavesThem()
    {
        CrossEncoder model = CrossEncoder.FromPretrained(Folder("one-label"), new CrossEncoderOptions { Activation = ScoreActivation.Identity, MaxLength = 16 });
        Assert.Equal(16, model.MaxLength);
        model.SavePretrained(_folder);
        CrossEncoder again = CrossEncoder.FromPretrained(_folder);
        Assert.Equal((ScoreActivation.Identity, 16), (again.Activation, again.MaxLength));
    }

    [Fact]
    public void FromPretrained_ForTraining_MakesAHeadOfTheLabelsAskedFor()
    {
        string backbone = Repository.Golden("models", "sentence", "tiny", "mean");
        Assert.Throws<CheckpointException>(() => CrossEncoder.FromPretrained(backbone));
        CrossEncoder model = CrossEncoder.FromPretrained(backbone, new CrossEncoderOptions { IsTrainable = true });
        Assert.Equal(1, model.LabelCount);
        Assert.Equal(ScoreActivation.Sigmoid, model.Activation);
        Assert.Equal(2, CrossEncoder.FromPretrained(Folder("one-label"), new CrossEncoderOptions { IsTrainable = true, LabelCount = 2 }).LabelCount);
        Assert.Equal(
            ["contradiction", "entailment", "neutral"], CrossEncoder.FromPretrained(Folder("three-labels"), new CrossEncoderOptions { IsTrainable = true, LabelCount = 3 }).Labels);
    }

    [Fact]
    public void CrossEncoder_AskedForWhatItCannotDo_SaysWhy()
    {
        CrossEncoder three = CrossEncoder.FromPretrained(Folder("three-labels"));
        Assert.Contains("gives 3 scores (contradiction, entailment, neutral)", Assert.Throws<InvalidOperationException>(() => three.Rank(Query, Documents)).Message, StringComparison.Ordinal);
        CrossEncoder one = CrossEncoder.FromPretrained(Folder("one-label"));
        Assert.Throws<ArgumentException>(() => one.Predict(Pairs, ScoreActivation.Softmax));
        Assert.Throws<ArgumentOutOfRangeException>(() => one.Rank(Query, Documents, topK: 0));
        Assert.Throws<ArgumentException>(() => CrossEncoder.FromPretrained(Folder("one-label"), new CrossEncoderOptions { LabelCount = 2 }));
    }

    [Fact]
    public void FromPretrained_WithAnActivationThatIsNotSupported_NamesTheFileAndTheField()
    {
        CrossEncoder.FromPretrained(Folder("classic")).SavePretrained(_folder);
        string file = Path.Combine(_folder, "config.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("torch.nn.modules.linear.Identity", "mine.Doubled", StringComparison.Ordinal));
        ConfigException exception = Assert.Throws<ConfigException>(() => CrossEncoder.FromPretrained(_folder));
        Assert.Contains("activation_fn", exception.Message, StringComparison.Ordinal);
        Assert.Contains("mine.Doubled", exception.Message, StringComparison.Ordinal);
    }

    private static JsonNode Model(string name) => Golden["models"]!.AsArray().Single(model => (string)model!["name"]! == name)!;

    private static string Folder(string name) => Repository.Golden("models", "sentence", "cross-encoder", name);

    private static float[][] Rows(JsonNode scores) =>
        [.. scores.AsArray().Select(row => row is JsonArray several ? several.Select(score => (float)score!).ToArray() : [(float)row!])];
}
