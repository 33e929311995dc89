using System.Text.Json;
using Akin.Kernels;
using Akin.Tensors;
using Akin.Tensors.Operations;
using Akin.Training.Losses;
using Akin.Training.Losses.CrossEncoders;
using CE = Akin.Training.Losses.CrossEncoders;

namespace Akin.Training.Tests.Losses;

/// <summary>Value and gradient of every cross-encoder loss against Sentence-Transformers.</summary>
public sealed class CrossEncoderLossTests
{
    private static readonly Dictionary<string, GoldenLoss> Cases = GoldenLoss.Read("cross_encoder_losses.json");

    // Classes of the golden file that Akin does not have, with the reason.
    private static readonly Dictionary<string, string> Absent = new()
    {
        ["ADRMSELoss"] = "not among the losses Akin promises",
    };

    public static TheoryData<string> Present => [.. Cases.Values.Where(golden => !Absent.ContainsKey(golden.Loss)).Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Present))]
    public void Loss_OfScores_HasTheValueAndTheGradientOfTheReference(string name)
    {
        GoldenLoss golden = Cases[name];
        CrossEncoderLoss loss = Make(golden);
        CrossEncoderExample[] batch = Batch(golden);
        Dictionary<TextPair, int> places = golden.Json.GetProperty("pairs").EnumerateArray()
            .Select((pair, i) => (Pair: new TextPair(pair[0].GetString()!, pair[1].GetString()!), Place: i)).ToDictionary(item => item.Pair, item => item.Place);
        Tensor table = GoldenLoss.Tensor(golden.Json.GetProperty("scores"));
        int labelCount = table.Shape.Rank == 1 ? 1 : table.ColumnCount;
        table.Reshape(new Shape(places.Count, labelCount));
        int[] pairs = [.. loss.Pairs(batch, seed: 1).SelectMany(pairs => pairs).Select(pair => places[pair])];

        golden.Check(
            [table], [golden.Json.GetProperty("grad")], context => loss.Forward(context, batch, context.IndexSelect(table, 0, pairs)));
    }

    [Fact]
    public void Goldens_OfClassesThatAkinDoesNotHave_AreThoseListed()
    {
        Assert.Equal(31, Cases.Count);
        Assert.Equal(["adr_mse", "adr_mse_alpha5"], Cases.Values.Where(golden => Absent.ContainsKey(golden.Loss)).Select(golden => golden.Name).Order());
    }

    [Fact]
    public void MultipleNegatives_ByDefault_DrawsFourDocumentsOfOtherQueriesAndTheSameForASeed()
    {
        CrossEncoderExample[] batch = [.. Enumerable.Range(0, 6).Select(i => new CrossEncoderExample($"q{i}", [$"p{i}", $"n{i}"], []))];
        CE.MultipleNegativesRankingLoss loss = new();
        IReadOnlyList<IReadOnlyList<TextPair>> pairs = loss.Pairs(batch, seed: 7);
        foreach ((IReadOnlyList<TextPair> ofQuery, int i) in pairs.Select((ofQuery, i) => (ofQuery, i)))
        {
            Assert.All(ofQuery, pair => Assert.Equal($"q{i}", pair.Query));
            string[] documents = [.. ofQuery.Select(pair => pair.Document)];
            Assert.Equal(1 + 4 + 1, documents.Length);
            Assert.Equal(($"p{i}", $"n{i}"), (documents[0], documents[5]));
            Assert.DoesNotContain(documents[1..5], document => document[1..] == $"{i}");
            Assert.Equal(4, documents[1..5].Distinct().Count());
        }

        Assert.Equal(pairs, loss.Pairs(batch, seed: 7));
        Assert.NotEqual(pairs, loss.Pairs(batch, seed: 8));
    }

    [Fact]
    public void LambdaLoss_OfListsOfOneRelevance_IsZeroWithAZeroGradient()
    {
        Tensor scores = new(new Shape(2, 1), [1, 2]) { RequiresGradient = true };
        ForwardContext context = new(WorkerPool.Serial, new Tape());
        Tensor loss = new LambdaLoss().Forward(context, [new CrossEncoderExample("q", ["a", "b"], [1, 1])], scores);
        Assert.Equal(0, loss.Span[0]);
        context.Backward(loss);
        Assert.Equal([0, 0], scores.Gradient!.ToArray());
    }

    [Fact]
    public void PListMLE_OfAListThatTwoToTheLengthOverflows_IsFinite()
    {
        const int Length = 2000;
        Tensor scores = new(new Shape(Length, 1), [.. Enumerable.Range(0, Length).Select(i => -i / 100f)]);
        CrossEncoderExample example = new("q", [.. Enumerable.Range(0, Length).Select(i => $"d{i}")], [.. Enumerable.Range(0, Length).Select(i => (float)(Length - i))]);
        Tensor loss = new PListMLELoss().Forward(new ForwardContext(WorkerPool.Serial), [example], scores);
        Assert.True(float.IsFinite(loss.Span[0]));
    }

    public static TheoryData<string, int, float[], string> Misfits => new()
    {
        { "ce_bce", 1, [], "BinaryCrossEntropyLoss wants query, document with a label from 0 to 1. Example 0 has 1 document(s) and 0 label(s)." },
        { "ce_bce", 1, [2], "Example 0 has the label 2." },
        { "ce_mse", 1, [float.NaN], "Example 0 has the label NaN." },
        { "ce_cross_entropy", 1, [1.5f], "sentence1, sentence2 with a class number (0, 1, 2 …) as label. Example 0 has the label 1.5." },
        { "ce_margin_mse", 1, [1], "query, positive, negative[, negative …] with the teacher's margins, or its scores, as label" },
        { "ce_mnrl_sigmoid", 1, [1], "query, positive[, negative …] without a label" },
        { "lambda_ndcg2pp", 2, [1], "query, documents (a list) with a list of labels from 0" },
        { "listmle", 2, [1, -1], "Example 0 has the label -1." },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Loss_OfExamplesThatDoNotFit_SaysWhatItWants(string name, int documentCount, float[] labels, string message)
    {
        CrossEncoderExample example = new("q", [.. Enumerable.Range(0, documentCount).Select(i => $"d{i}")], labels);
        LossInputException exception = Assert.Throws<LossInputException>(() => Make(Cases[name]).Pairs([example], seed: 0));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Loss_OfAModelWithAnotherNumberOfScores_SaysHowManyItWants()
    {
        CrossEncoderExample[] batch = [new("q", ["d"], [1])];
        ForwardContext context = new(WorkerPool.Serial);
        Assert.Contains(
            "wants a model with 1 score(s) for a pair, not 3",
            Assert.Throws<LossInputException>(() => new BinaryCrossEntropyLoss().Forward(context, batch, new Tensor(new Shape(1, 3)))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "the model has 1 labels, possible are 0 to 0; found 1",
            Assert.Throws<LossInputException>(() => new CrossEntropyLoss().Forward(context, batch, new Tensor(new Shape(1, 1)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_ByName_MakesEveryLossOfTheGoldensAndListsTheNamesOtherwise()
    {
        foreach (string name in Cases.Values.Select(golden => golden.Loss).Distinct().Where(name => !Absent.ContainsKey(name)))
        {
            Assert.Equal(name, CrossEncoderLosses.Create(name).GetType().Name);
        }

        Assert.Contains("BinaryCrossEntropyLoss, CrossEntropyLoss", Assert.Throws<LossInputException>(() => CrossEncoderLosses.Create("BCE")).Message, StringComparison.Ordinal);
    }

    private static CrossEncoderExample[] Batch(GoldenLoss golden)
    {
        JsonElement[] columns = [.. golden.Json.GetProperty("inputs").EnumerateArray()];
        string[] queries = Texts(columns[0]);
        string[][] documents = columns[1][0].ValueKind == JsonValueKind.Array
            ? [.. columns[1].EnumerateArray().Select(Texts)]
            : [.. Enumerable.Range(0, queries.Length).Select(row => columns[1..].Select(column => column[row].GetString()!).ToArray())];
        return [.. queries.Select((query, row) => new CrossEncoderExample(query, documents[row], Labels(golden.Json.GetProperty("labels"), row, queries.Length)))];
    }

    private static string[] Texts(JsonElement column) => [.. column.EnumerateArray().Select(text => text.GetString()!)];

    private static float[] Labels(JsonElement json, int row, int rowCount)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Null:
                return [];
            case JsonValueKind.Array:
                return GoldenLoss.Tensor(json[row]).ToArray();
            default:
                float[] labels = GoldenLoss.Tensor(json).ToArray();
                return labels.Chunk(labels.Length / rowCount).ElementAt(row);
        }
    }

    private static CrossEncoderLoss Make(GoldenLoss golden)
    {
        Activation activation = golden.Text("activation") switch { "sigmoid" => Activation.Sigmoid, _ => Activation.None };
        bool keepsOrder = golden.Flag("respect_input_order", true);
        return golden.Loss switch
        {
            "BinaryCrossEntropyLoss" => new BinaryCrossEntropyLoss { PositiveWeight = golden.Number("pos_weight", 1) },
            "MSELoss" => new CE.MSELoss { Activation = activation },
            "CrossEntropyLoss" => new CrossEntropyLoss(),
            "MarginMSELoss" => new CE.MarginMSELoss(),
            "MultipleNegativesRankingLoss" => new CE.MultipleNegativesRankingLoss
            {
                NegativeCount = null,
                Scale = golden.Number("scale", 10),
                Activation = activation,
            },
            "CachedMultipleNegativesRankingLoss" => new CE.CachedMultipleNegativesRankingLoss(golden.Whole("mini_batch_size")!.Value)
            {
                NegativeCount = null,
            },
            "LambdaLoss" => new LambdaLoss(golden.Whole("mini_batch_size"))
            {
                Weighting = golden.Text("scheme") switch
                {
                    "none" => LambdaWeighting.None,
                    "ndcg1" => LambdaWeighting.NDCGLoss1,
                    "ndcg2" => LambdaWeighting.NDCGLoss2,
                    "lambdarank" => LambdaWeighting.LambdaRank,
                    _ => LambdaWeighting.NDCGLoss2PlusPlus,
                },
                TopK = golden.Whole("k"),
                Sigma = golden.Number("sigma", 1),
                UsesNaturalLogarithm = golden.Text("reduction_log") == "natural",
            },
            "RankNetLoss" => new RankNetLoss(),
            "ListNetLoss" => new ListNetLoss(),
            "ListMLELoss" => new ListMLELoss { KeepsOrder = keepsOrder },
            "PListMLELoss" => new PListMLELoss { KeepsOrder = keepsOrder },
            _ => throw new NotSupportedException(golden.Loss),
        };
    }
}
