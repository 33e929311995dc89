using System.Text.Json;
using Akin.Kernels;
using Akin.Pipelines;
using Akin.Search;
using Akin.Tensors;
using Akin.Training.Losses;

namespace Akin.Training.Tests.Losses;

/// <summary>Value and gradient of every loss against Sentence-Transformers.</summary>
public sealed class SentenceLossTests
{
    private static readonly Dictionary<string, GoldenLoss> Cases = GoldenLoss.Read("bi_encoder_losses.json");

    // Classes of the golden file that Akin does not have, with the reason.
    private static readonly Dictionary<string, string> Absent = new()
    {
        ["GlobalOrthogonalRegularizationLoss"] = "a regularization added to other losses; not among the losses Akin promises",
    };

    // Contrastive tension in the batch is given weights instead of embeddings: BareSentenceLossTests.
    public static TheoryData<string> Present =>
        [.. Cases.Values.Where(golden => !Absent.ContainsKey(golden.Loss) && golden.Name != "contrastive_tension_in_batch").Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Present))]
    public void Loss_OfEmbeddings_HasTheValueAndTheGradientsOfTheReference(string name)
    {
        GoldenLoss golden = Cases[name];
        SentenceLoss loss = Make(golden, golden.Loss);
        Tensor[] embeddings = GoldenLoss.Tensors(golden.Json.GetProperty("embeddings"));
        Tensor? labels = golden.Json.GetProperty("labels") is { ValueKind: JsonValueKind.Object } json ? GoldenLoss.Tensor(json) : null;
        Tensor[]? guide = golden.Json.TryGetProperty("guide_embeddings", out JsonElement guided) ? GoldenLoss.Tensors(guided) : null;
        Set(golden, loss);

        golden.Check(
            embeddings, [.. golden.Json.GetProperty("grads").EnumerateArray()], context => loss.Forward(context, new SentenceLossInput(embeddings, labels, guide)));

        foreach (Parameter parameter in loss.Parameters.Where(_ => loss.Twin is null))
        {
            GoldenLoss.Equal(
                GoldenLoss.Numbers(golden.Json.GetProperty("loss_parameter_grads").GetProperty(parameter.Name)), parameter.Gradient!.ToArray(), $"{name}: {parameter.Name}");
        }
    }

    [Fact]
    public void Goldens_OfClassesThatAkinDoesNotHave_AreThoseListed()
    {
        Assert.Equal(100, Cases.Count);
        Assert.Equal(
            ["global_orthogonal_default", "global_orthogonal_mean_only", "global_orthogonal_sum"],
            Cases.Values.Where(golden => Absent.ContainsKey(golden.Loss)).Select(golden => golden.Name).Order());
    }

    [Fact]
    public void CachedLoss_OfSeveralMiniBatchSizes_SaysItsSize()
    {
        Assert.Equal(4, Make(Cases["cached_mnrl_mb4"], "CachedMultipleNegativesRankingLoss").MiniBatchSize);
        Assert.Equal(4, Make(Cases["matryoshka_cached_mnrl"], "MatryoshkaLoss").MiniBatchSize);
        Assert.Null(new MultipleNegativesRankingLoss().MiniBatchSize);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CachedMultipleNegativesRankingLoss(0));
    }

    [Fact]
    public void Columns_OfADataSetThatDoesNotFit_SayWhatTheLossWants()
    {
        LossInputException exception = Assert.Throws<LossInputException>(
            () => new CosineSimilarityLoss().Columns.Require("CosineSimilarityLoss", ["anchor", "positive", "negative"], labelColumn: null));
        Assert.Equal(
            "CosineSimilarityLoss wants the text columns sentence1, sentence2 with a score. The data has the text columns anchor, positive, negative and no label.",
            exception.Message);
        exception = Assert.Throws<LossInputException>(() => new AnglELoss().Columns.Require("AnglELoss", ["text"], "score"));
        Assert.Contains("sentence1, sentence2 with a score, or the text columns anchor, positive, negative without a label", exception.Message, StringComparison.Ordinal);
        Assert.Equal(LossLabel.None, new AnglELoss().Columns.Require("AnglELoss", ["a", "b", "c"], null).Label);
    }

    public static TheoryData<string, int, float[]?, string> Misfits => new()
    {
        { "MultipleNegativesRankingLoss", 1, null, "anchor, positive[, negative …] without a label. The batch has 1 text column(s) and no labels" },
        { "MultipleNegativesRankingLoss", 2, [1, 0], "without a label. The batch has 2 text column(s) and labels" },
        { "CosineSimilarityLoss", 2, [1], "labels of shape [1] do not fit a batch of 2 rows" },
        { "CosineSimilarityLoss", 2, [1, float.NaN], "the label of row 1 of the batch is NaN" },
        { "ContrastiveLoss", 2, [1, 0.5f], "1 (they belong together) or 0 (they do not) as label: the label of row 1 of the batch is 0.5" },
        { "OnlineContrastiveLoss", 2, [2, 0], "the label of row 0 of the batch is 2" },
        { "BatchHardTripletLoss", 1, [0, -1], "a class number (0, 1, 2 …) as label: the label of row 1 of the batch is -1" },
        { "SoftmaxLoss", 2, [0, 3], "was made for 3 classes: the label of row 1 of the batch is 3, possible are 0 to 2" },
        { "SoftmaxLoss", 2, [0, 1.5f], "the label of row 1 of the batch is 1.5" },
        { "BatchSemiHardTripletLoss", 1, [0, 1], "no two texts of the batch have the same class" },
        { "MarginMSELoss", 3, [1, 2, 3, 4, 5, 6], "1 margin(s), one for each negative, or 2 scores" },
        { "DistillKLDivLoss", 3, [1, 2], "2 teacher's scores, one for each passage; found labels of shape [2]" },
        { "MSELoss", 1, [1, 2, 3, 4, 5, 6], "embeddings have 4 floats and the teacher's 3: use EmbedDistillLoss with a projection" },
        { "GISTEmbedLoss", 2, null, "wants the guide's embeddings of all 2 columns, not of 0" },
        { "MatryoshkaLoss", 2, null, "the first 8 numbers of embeddings of 4 cannot be looked at" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Loss_OfABatchThatDoesNotFit_SaysWhatItWants(string loss, int columnCount, float[]? labels, string message)
    {
        GoldenLoss golden = Cases.Values.First(golden => golden.Loss == loss);
        Tensor[] embeddings = [.. Enumerable.Range(0, columnCount).Select(column => new Tensor(new Shape(2, 4), [.. Enumerable.Range(column, 8).Select(i => (float)i)]))];
        Tensor? values = labels is null ? null : new Tensor(labels.Length > 2 ? new Shape(2, labels.Length / 2) : new Shape(labels.Length), labels);
        SentenceLoss made = loss == "SoftmaxLoss" ? new SoftmaxLoss(4, 3) : Make(golden, loss);
        LossInputException exception = Assert.Throws<LossInputException>(
            () => made.Forward(new ForwardContext(WorkerPool.Serial), new SentenceLossInput(embeddings, values)));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Directions_WithoutAPositivePair_HaveNoSoftmaxOfTheirOwn()
    {
        Tensor embeddings = new(new Shape(2, 2), [1, 0, 0, 1]);
        MultipleNegativesRankingLoss loss = new() { Directions = RankingDirections.QueryToDoc | RankingDirections.DocToDoc, Partition = PartitionMode.PerDirection };
        Assert.Throws<LossInputException>(() => loss.Forward(new ForwardContext(WorkerPool.Serial), new SentenceLossInput([embeddings, embeddings])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultipleNegativesRankingLoss { Directions = RankingDirections.DocToQuery });
    }

    [Fact]
    public void Create_ByName_MakesEveryLossOfTheGoldensAndListsTheNamesOtherwise()
    {
        SentenceLossParts parts = new() { EmbeddingSize = 8, LabelCount = 3, Guide = new NoGuide(), Twin = Twin, Model = Twin() };
        string[] withOptionsOnly = ["EmbedDistillLoss", "MatryoshkaLoss"];
        foreach (string name in Cases.Values.Select(golden => golden.Loss).Distinct().Where(name => !Absent.ContainsKey(name)).Except(withOptionsOnly))
        {
            Assert.Equal(name, SentenceLosses.Create(name, parts).GetType().Name);
        }

        Assert.Contains("CosineSimilarityLoss, CoSENTLoss", Assert.Throws<LossInputException>(() => SentenceLosses.Create("Cosine", parts)).Message, StringComparison.Ordinal);
        Assert.Throws<LossInputException>(() => SentenceLosses.Create("SoftmaxLoss", parts with { LabelCount = null }));
        Assert.Throws<LossInputException>(() => SentenceLosses.Create("GISTEmbedLoss", parts with { Guide = null }));
    }

    private static SentenceTransformer Twin() => SentenceTransformer.FromPretrained(
        Repository.Golden("training", "trajectories", "st_mnrl", "model"), new SentenceTransformerOptions { IsTrainable = true });

    private static void Set(GoldenLoss golden, SentenceLoss loss)
    {
        foreach (Parameter parameter in loss.Parameters.Where(_ => loss.Twin is null))
        {
            GoldenLoss.Tensor(golden.Json.GetProperty("loss_parameters").GetProperty(parameter.Name)).Span.CopyTo(parameter.Value.Span);
            parameter.MarkChanged();
        }
    }

    private static SentenceLoss Make(GoldenLoss golden, string name)
    {
        int size = golden.Json.GetProperty("embeddings")[0].GetProperty("shape")[1].GetInt32();
        int miniBatchSize = golden.Whole("mini_batch_size") ?? 4;
        SimilarityFunction similarity = golden.Text("similarity") switch
        {
            "dot" => SimilarityFunction.Dot,
            "pairwise_euclidean_sim" => SimilarityFunction.Euclidean,
            _ => SimilarityFunction.Cosine,
        };
        EmbeddingDistance distance = golden.Text("distance")?.ToUpperInvariant() switch
        {
            "EUCLIDEAN" => EmbeddingDistance.Euclidean,
            "MANHATTAN" => EmbeddingDistance.Manhattan,
            _ => EmbeddingDistance.Cosine,
        };
        RankingDirections directions = golden.Texts("directions").Aggregate(
            RankingDirections.QueryToDoc, (all, direction) => all | Enum.Parse<RankingDirections>(direction.Replace("_", "", StringComparison.Ordinal), ignoreCase: true));
        float margin = golden.Number("margin", 0.5);
        float scale = golden.Number("scale", 20);
        NoGuide guide = new();
        MarginStrategy strategy = golden.Text("margin_strategy") == "relative" ? MarginStrategy.Relative : MarginStrategy.Absolute;
        return name switch
        {
            "MultipleNegativesRankingLoss" or "mnrl" => new MultipleNegativesRankingLoss
            {
                Scale = scale,
                Similarity = similarity,
                Directions = directions,
                Partition = golden.Text("partition_mode") == "per_direction" ? PartitionMode.PerDirection : PartitionMode.Joint,
                Hardness = Enum.Parse<HardnessMode>((golden.Text("hardness_mode") ?? "none").Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
                HardnessStrength = golden.Number("hardness_strength", 0),
            },
            "CachedMultipleNegativesRankingLoss" or "cached_mnrl" => new CachedMultipleNegativesRankingLoss(miniBatchSize) { Scale = scale, Directions = directions },
            "MultipleNegativesSymmetricRankingLoss" => new MultipleNegativesSymmetricRankingLoss { Scale = scale },
            "CachedMultipleNegativesSymmetricRankingLoss" => new CachedMultipleNegativesSymmetricRankingLoss(miniBatchSize) { Scale = scale },
            "GISTEmbedLoss" => new GISTEmbedLoss(guide)
            {
                Temperature = golden.Number("temperature", 0.01),
                MarginStrategy = strategy,
                Margin = golden.Number("margin", 0),
                ContrastAnchors = golden.Flag("contrast_anchors", true),
                ContrastPositives = golden.Flag("contrast_positives", true),
            },
            "CachedGISTEmbedLoss" => new CachedGISTEmbedLoss(guide, miniBatchSize) { Temperature = golden.Number("temperature", 0.01) },
            "CosineSimilarityLoss" => new CosineSimilarityLoss
            {
                Measure = golden.Text("loss_fct") == "L1" ? ErrorMeasure.Absolute : ErrorMeasure.Squared,
                Transformation = golden.Text("cos_score_transformation") == "sigmoid" ? Activation.Sigmoid : Activation.None,
            },
            "SoftmaxLoss" => new SoftmaxLoss(size, golden.Whole("num_labels")!.Value)
            {
                ConcatenatesEmbeddings = golden.Flag("concatenation_sent_rep", true),
                ConcatenatesProduct = golden.Flag("concatenation_sent_multiplication", false),
            },
            "ContrastiveLoss" => new ContrastiveLoss { Distance = distance, Margin = margin, IsMean = golden.Flag("size_average", true) },
            "OnlineContrastiveLoss" => new OnlineContrastiveLoss { Distance = distance, Margin = margin },
            "TripletLoss" => new TripletLoss { Distance = distance, Margin = margin },
            "BatchAllTripletLoss" => new BatchAllTripletLoss { Distance = distance, Margin = margin },
            "BatchHardTripletLoss" => new BatchHardTripletLoss { Distance = distance, Margin = margin },
            "BatchSemiHardTripletLoss" => new BatchSemiHardTripletLoss { Distance = distance, Margin = margin },
            "BatchHardSoftMarginTripletLoss" => new BatchHardSoftMarginTripletLoss { Distance = distance },
            "CoSENTLoss" => new CoSENTLoss { Scale = scale, Similarity = similarity },
            "AnglELoss" => new AnglELoss { Scale = scale },
            "MarginMSELoss" => new MarginMSELoss { Similarity = similarity },
            "DistillKLDivLoss" => new DistillKLDivLoss
            {
                StudentTemperature = golden.Number("student_temperature", golden.Number("temperature", 1)),
                TeacherTemperature = golden.Number("teacher_temperature", golden.Number("temperature", 1)),
            },
            "MSELoss" => new MSELoss(),
            "EmbedDistillLoss" when golden.Whole("projection_dim") is { } teacherSize => new EmbedDistillLoss(size, teacherSize),
            "EmbedDistillLoss" => new EmbedDistillLoss
            {
                Error = golden.Text("distance_metric") switch { "l2" => EmbeddingError.Euclidean, "cosine" => EmbeddingError.Cosine, _ => EmbeddingError.MeanSquared },
            },
            "MegaBatchMarginLoss" => new MegaBatchMarginLoss(golden.Whole("mini_batch_size"))
            {
                PositiveMargin = golden.Number("positive_margin", 0.8),
                NegativeMargin = golden.Number("negative_margin", 0.3),
            },
            "ContrastiveTensionLoss" => new ContrastiveTensionLoss(Twin()),
            "MatryoshkaLoss" => new MatryoshkaLoss(
                Make(golden, golden.Text("inner")!), [.. golden.List("dims").Select(size => (int)size)], golden.List("weights") is { Length: > 0 } weights ? weights : null),
            _ => throw new NotSupportedException(name),
        };
    }

    /// <summary>Golden cases bring the guide's embeddings along.</summary>
    private sealed class NoGuide : IEncoder
    {
        public string ModelName => "none";

        public int Dimension => 8;

        public float[][] Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
