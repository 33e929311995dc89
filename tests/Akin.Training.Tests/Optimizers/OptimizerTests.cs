using Akin.Kernels;
using Akin.Tensors;
using Akin.Training.Optimizers;

namespace Akin.Training.Tests.Optimizers;

public class OptimizerTests
{
    [Fact]
    public void Step_OfAParameterWithoutGradient_LeavesItAlone()
    {
        IReadOnlyList<Parameter> parameters = GivenWeights.Parameters(("a", [2], [1, 2]), ("b", [2], [3, 4]));
        AdamW optimizer = new(parameters, learningRate: 0.1, weightDecay: 0.5);
        GivenWeights.SetGradient(parameters[0], [1, 1]);
        optimizer.Step();
        Assert.NotEqual([1, 2], parameters[0].Value.ToArray());
        Assert.Equal([3, 4], parameters[1].Value.ToArray());
    }

    [Fact]
    public void Step_OfAnEmbeddingTable_MovesRowsThatWereNotUsedAsWell()
    {
        IReadOnlyList<Parameter> parameters = GivenWeights.Parameters(("table", [3, 2], [1, 1, 1, 1, 1, 1]));
        AdamW optimizer = new(parameters, learningRate: 0.1, weightDecay: 0.5);
        GivenWeights.SetGradient(parameters[0], [1, 1, 0, 0, 0, 0]);
        optimizer.Step();
        Assert.Equal(1 - (0.1f * 0.5f), parameters[0].Value.Row(2)[0], 1e-7); // decayed, as PyTorch does
    }

    [Fact]
    public void Freeze_OfALayer_KeepsItFromTheOptimizer()
    {
        IReadOnlyList<Parameter> parameters = GivenWeights.Parameters(("bert.embeddings.word.weight", [2], [1, 2]), ("classifier.weight", [2], [3, 4]));
        IReadOnlyList<Parameter> frozen = ParameterGrouping.Freeze(parameters, "bert.embeddings");
        GivenWeights.SetGradient(parameters[1], [1, 1]);
        new AdamW(parameters, learningRate: 0.1).Step();
        Assert.Equal("bert.embeddings.word.weight", Assert.Single(frozen).Name);
        Assert.Equal([1, 2], parameters[0].Value.ToArray());
        Assert.False(parameters[0].RequiresGradient);
        Assert.Throws<ArgumentException>(() => ParameterGrouping.Freeze(parameters, "bert.encodder"));
    }

    [Fact]
    public void ByLayer_OfAnEncoder_LowersTheRateTowardsTheEmbeddings()
    {
        IReadOnlyList<Parameter> parameters = GivenWeights.Parameters(
            ("bert.embeddings.word_embeddings.weight", [1], [0]),
            ("bert.encoder.layer.0.attention.self.query.weight", [1], [0]),
            ("bert.encoder.layer.1.attention.self.query.weight", [1], [0]),
            ("bert.encoder.layer.1.attention.self.query.bias", [1], [0]),
            ("classifier.weight", [1], [0]));
        Dictionary<string, ParameterGroup> byName = ParameterGrouping.ByLayer(parameters, learningRate: 1, weightDecay: 0.1, layerDecay: 0.5)
            .SelectMany(group => group.Parameters.Select(parameter => (parameter.Name, group)))
            .ToDictionary(pair => pair.Name, pair => pair.group);
        Assert.Equal(0.125, byName["bert.embeddings.word_embeddings.weight"].LearningRate);
        Assert.Equal(0.25, byName["bert.encoder.layer.0.attention.self.query.weight"].LearningRate);
        Assert.Equal(0.5, byName["bert.encoder.layer.1.attention.self.query.weight"].LearningRate);
        Assert.Equal(0.5, byName["bert.encoder.layer.1.attention.self.query.bias"].LearningRate);
        Assert.Equal(0, byName["bert.encoder.layer.1.attention.self.query.bias"].WeightDecay);
        Assert.Equal(1, byName["classifier.weight"].LearningRate);
        Assert.Equal(0.1, byName["classifier.weight"].WeightDecay);
    }

    [Fact]
    public void Step_WithAGradientScale_EqualsScaledGradients()
    {
        IReadOnlyList<Parameter> scaled = GivenWeights.Parameters(("a", [3], [1, 2, 3]));
        IReadOnlyList<Parameter> plain = GivenWeights.Parameters(("a", [3], [1, 2, 3]));
        GivenWeights.SetGradient(scaled[0], [2, 4, -6]);
        GivenWeights.SetGradient(plain[0], [1, 2, -3]);
        new AdamW(scaled, 0.1).Step(gradientScale: 0.5);
        new AdamW(plain, 0.1).Step();
        Assert.Equal(plain[0].Value.ToArray(), scaled[0].Value.ToArray());
    }

    [Fact]
    public void Step_OfEveryLength_TreatsTheLastNumbersLikeTheFirst()
    {
        for (int length = 1; length < 70; length++)
        {
            float[] ones = [.. Enumerable.Repeat(1f, length)];
            IReadOnlyList<Parameter> parameters = GivenWeights.Parameters(("a", [length], ones));
            AdamW optimizer = new(parameters, 0.1, options: new AdamOptions { AmsGrad = true });
            for (int step = 0; step < 3; step++)
            {
                GivenWeights.SetGradient(parameters[0], ones);
                optimizer.Step();
            }

            Assert.All(parameters[0].Value.ToArray(), value => Assert.Equal(parameters[0].Value.Span[0], value));
        }
    }

    public static TheoryData<string> Kinds => ["AdamW", "AmsGrad", "BertAdam", "Sgd", "Adafactor"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Load_OfASavedState_ContinuesWithTheSameBits(string kind)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("akin-").FullName, "optimizer.safetensors");
        IReadOnlyList<Parameter> parameters = GivenWeights.Parameters(("w", [40, 3], [.. Enumerable.Range(0, 120).Select(i => MathF.Cos(i))]), ("b", [3], [1, 2, 3]));
        Optimizer optimizer = Make(kind, parameters);
        Take(optimizer, parameters, 0, 3);
        optimizer.Save(path);
        IReadOnlyList<Parameter> copies = GivenWeights.Parameters([.. parameters.Select(parameter => (parameter.Name, parameter.Shape.ToArray(), parameter.Value.ToArray()))]);
        Optimizer resumed = Make(kind, copies);
        resumed.Load(path);
        Take(optimizer, parameters, 3, 6);
        Take(resumed, copies, 3, 6);
        Assert.Equal(parameters[0].Value.ToArray(), copies[0].Value.ToArray());
        Assert.Equal(parameters[1].Value.ToArray(), copies[1].Value.ToArray());
        Assert.Contains("optimizer.safetensors", Assert.Throws<TrainingStateException>(() => new Sgd(copies, 0.1, new SgdOptions { Momentum = 0.1, Dampening = kind == "Sgd" ? 0 : 0.5 }).Load(
            kind == "Sgd" ? Saved(new AdamW(copies, 0.1), path) : path)).Message);
    }

    [Fact]
    public void Optimizer_OfBadSettings_IsRefused()
    {
        IReadOnlyList<Parameter> parameters = GivenWeights.Parameters(("a", [1], [1]));
        Assert.Throws<ArgumentException>(() => new AdamW([new ParameterGroup(parameters, 0.1), new ParameterGroup(parameters, 0.1)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(parameters, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(parameters, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(parameters, 0.1, options: new AdamOptions { Beta1 = 1 }));
        Assert.Throws<ArgumentException>(() => new Sgd(parameters, 0.1, new SgdOptions { Nesterov = true }));
        Assert.Throws<ArgumentException>(() => new AdamW(Array.Empty<ParameterGroup>()));
    }

    [Fact]
    public void Average_OfWeights_FollowsThemAndSwaps()
    {
        IReadOnlyList<Parameter> parameters = GivenWeights.Parameters(("a", [1], [1]));
        ExponentialMovingAverage average = new(parameters, 0.75);
        parameters[0].Value.Span[0] = 5;
        average.Update(WorkerPool.Serial);
        average.Swap();
        Assert.Equal(2, parameters[0].Value.Span[0]); // 0.75 · 1 + 0.25 · 5
        average.Swap();
        Assert.Equal(5, parameters[0].Value.Span[0]);
    }

    private static Optimizer Make(string kind, IReadOnlyList<Parameter> parameters) => kind switch
    {
        "AdamW" => new AdamW(parameters, 0.01),
        "AmsGrad" => new AdamW(parameters, 0.01, options: new AdamOptions { AmsGrad = true }),
        "BertAdam" => new BertAdam(parameters, 0.01),
        "Sgd" => new Sgd(parameters, 0.01, new SgdOptions { Momentum = 0.9 }),
        _ => new Adafactor(parameters, 0.01, new AdafactorOptions { Beta1 = 0.9 }),
    };

    private static void Take(Optimizer optimizer, IReadOnlyList<Parameter> parameters, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            foreach (Parameter parameter in parameters)
            {
                optimizer.ClearGradients();
            }

            foreach (Parameter parameter in parameters)
            {
                GivenWeights.SetGradient(parameter, [.. Enumerable.Range(0, (int)parameter.Shape.ElementCount).Select(i => MathF.Sin(i + step))]);
            }

            optimizer.Step();
        }
    }

    private static string Saved(Optimizer optimizer, string path)
    {
        optimizer.Save(path);
        return path;
    }
}
