using Akin.Kernels;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Embedding = Akin.Tensors.Layers.Embedding;
using LayerNorm = Akin.Tensors.Layers.LayerNorm;
using RmsNorm = Akin.Tensors.Layers.RmsNorm;

namespace Akin.Tensors.Tests.Operations;

/// <summary>Values and gradients of every operation against PyTorch's in double precision (<c>tests/goldens/training/ops</c>).</summary>
public sealed class OperationGoldenTests
{
    /// <summary>The goldens' README: 4 times the error of PyTorch's own float32, and not less than 1e-6; relative to the largest number.</summary>
    private const double SinglePrecisionFactor = 4;

    /// <inheritdoc cref="SinglePrecisionFactor"/>
    private const double SmallestTolerance = 1e-6;

    private const string Buckets = "t5_relative_position_bucket";

    public static TheoryData<string> Cases => [.. GoldenCase.Names.Where(name => name != Buckets)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Operation_OnTheTape_GivesPyTorchsValuesAndGradients(string name)
    {
        GoldenCase golden = GoldenCase.Named(name);
        ForwardContext context = new(tape: new Tape());
        Tensor output = Run(context, golden);
        Assert.Equal(golden.Output().Length, output.Span.Length);
        AssertClose(golden, "y", golden.Output(), output.Span);
        if (golden.Upstream is not { } upstream)
        {
            return;
        }

        context.Backward(context.Sum(context.Multiply(output, new Tensor(output.Shape, upstream))));
        foreach ((string input, Tensor tensor) in golden.Inputs)
        {
            if (golden.Gradient(input) is { } gradient)
            {
                AssertClose(golden, $"d{input}", gradient, tensor.Gradient!.Span);
            }
            else
            {
                Assert.Null(tensor.Gradient);
            }
        }
    }

    [Fact]
    public void RelativePositionBuckets_OfAllDistances_EqualT5s()
    {
        GoldenCase golden = GoldenCase.Named(Buckets);
        foreach (string name in golden.OutputNames)
        {
            Dictionary<string, string> settings = name.Split(',').Select(part => part.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
            int[] buckets = [.. Enumerable.Range(-160, 321).Select(distance => RelativePositionBias.Bucket(
                distance, int.Parse(settings["num_buckets"]), int.Parse(settings["max_distance"]), bool.Parse(settings["bidirectional"])))];
            Assert.Equal(golden.Output(name).Select(value => (int)value), buckets);
        }
    }

    private static void AssertClose(GoldenCase golden, string what, double[] expected, ReadOnlySpan<float> actual)
    {
        double largest = expected.Where(double.IsFinite).Select(Math.Abs).Append(0).Max();
        double tolerance = Math.Max(SmallestTolerance, SinglePrecisionFactor * golden.SinglePrecisionError(what)) * largest;
        for (int i = 0; i < expected.Length; i++)
        {
            bool isClose = double.IsFinite(expected[i]) ? Math.Abs(expected[i] - actual[i]) <= tolerance : expected[i].Equals(actual[i]);
            Assert.True(isClose, $"{golden.Name}: {what}[{i}] is {actual[i]:R} instead of {expected[i]:R}; allowed is ±{tolerance:E2}.");
        }
    }

    private static Tensor Run(ForwardContext context, GoldenCase golden)
    {
        Tensor X() => golden.Input("x");
        Tensor A() => golden.Input("a");
        Tensor B() => golden.Input("b");
        int axis = (int)golden.Parameter("dim", -1);
        double p = golden.Parameter("p", 2);
        Reduction reduction = Enum.Parse<Reduction>(golden.Text("reduction") ?? "mean", ignoreCase: true);
        return golden.Operation switch
        {
            "linear" => RunLinear(context, golden),
            "matmul" => context.MatMul(A(), B()),
            "add" => context.Add(A(), B()),
            "mul" => context.Multiply(A(), B()),
            "div" => context.Divide(A(), B()),
            "maximum" => context.Maximum(A(), B()),
            "layernorm" => golden.Layer(weights => new LayerNorm(weights, X().ColumnCount, (float)golden.Parameter("eps", 0)), "g", "b").Forward(context, X()),
            "rmsnorm" => golden.Layer(weights => new RmsNorm(weights, X().ColumnCount, (float)golden.Parameter("eps", 0)), "g").Forward(context, X()),
            "embedding" => RunEmbedding(context, golden),
            "attention" => RunAttention(context, golden),
            "dropout" => RunDropout(context, golden),
            "pooling" => RunPooling(context, golden),
            "normalize" => context.Normalize(X(), p: p),
            "softmax" => context.Softmax(X(), axis),
            "log_softmax" => context.LogSoftmax(X(), axis),
            "logsumexp" => context.LogSumExp(X(), axis),
            "logcumsumexp" => context.LogCumSumExp(X(), axis),
            "logsigmoid" => context.LogSigmoid(X()),
            "softplus" => context.Softplus(X()),
            "cross_entropy" when golden.Has("p") => context.CrossEntropy(X(), golden.Input("p")),
            "cross_entropy" => context.CrossEntropy(X(), golden.Integers("y"), new CrossEntropyOptions
            {
                Weight = golden.Has("w") ? golden.Input("w").ToArray() : default,
                LabelSmoothing = golden.Parameter("label_smoothing", 0),
                IgnoreIndex = (int)golden.Parameter("ignore_index", CrossEntropyOperation.Ignored),
                Reduction = reduction,
            }),
            "bce_with_logits" => context.BinaryCrossEntropy(golden.Input("z"), golden.Input("t").ToArray(), new BinaryCrossEntropyOptions
            {
                Weight = golden.Has("w") ? golden.Input("w") : null,
                PosWeight = golden.Has("pw") ? golden.Input("pw").ToArray() : default,
                Reduction = reduction,
            }),
            "mse" => context.MseLoss(A(), B(), reduction),
            "l1" => context.L1Loss(A(), B(), reduction),
            "smooth_l1" => context.SmoothL1Loss(A(), B(), golden.Parameter("beta", 0), reduction),
            "huber" => context.HuberLoss(A(), B(), golden.Parameter("delta", 0), reduction),
            "kl_div" => context.KlDivLoss(golden.Input("lp"), golden.Input("p"), reduction),
            "cosine_similarity" => context.CosineSimilarity(A(), B()),
            "cos_sim" => context.CosSim(A(), B()),
            "dot_score" => context.DotScore(A(), B()),
            "euclidean_sim" => context.EuclideanSim(A(), B()),
            "manhattan_sim" => context.ManhattanSim(A(), B()),
            "pairwise_cos_sim" => context.PairwiseCosSim(A(), B()),
            "pairwise_dot_score" => context.PairwiseDotScore(A(), B()),
            "pairwise_euclidean_sim" => context.PairwiseEuclideanSim(A(), B()),
            "pairwise_manhattan_sim" => context.PairwiseManhattanSim(A(), B()),
            "pairwise_angle_sim" => context.PairwiseAngleSim(A(), B()),
            "pairwise_distance" => context.PairwiseDistance(A(), B(), p),
            "cdist" => context.CDist(A(), B(), p),
            "norm" => context.Norm(A()),
            "gather" => context.Gather(X(), axis, golden.Integers("i")),
            "index_select" => context.IndexSelect(X(), axis, golden.Integers("i")),
            "scatter_add" => context.ScatterAdd(X(), axis, golden.Integers("i"), golden.Input("s")),
            "scatter" => context.Scatter(X(), axis, golden.Integers("i"), golden.Input("s")),
            "index_add" => context.IndexAdd(X(), axis: 0, golden.Integers("i"), golden.Input("s")),
            "masked_fill" => context.MaskedFill(X(), golden.Mask("m"), (float)golden.Parameter("value", 0)),
            "where" => context.Where(golden.Mask("m"), A(), B()),
            "cat" => context.Concatenate(axis, A(), B()),
            "slice" => context.Slice(context.Slice(X(), axis: 1, 1, 3), axis: 2, 0, 8, step: 2),
            "transpose" => context.Transpose(X(), 1, 2),
            "max" => context.Max(X(), axis: 1),
            "amax" => context.AMax(X(), axis: 1),
            "clamp" => context.Clamp(X(), (float)golden.Parameter("min", 0), (float)golden.Parameter("max", 0)),
            "abs" => context.Abs(X()),
            _ => RunNamed(context, golden.Name, X()),
        };
    }

    private static Tensor RunNamed(ForwardContext context, string name, Tensor x) => name switch
    {
        "gelu_erf" => context.Gelu(x),
        "gelu_tanh" => context.Activate(x, Activation.GeluTanh),
        "quick_gelu" => context.Activate(x, Activation.QuickGelu),
        "silu" => context.Activate(x, Activation.Silu),
        "relu" => context.Relu(x),
        "tanh" => context.Tanh(x),
        "sigmoid" => context.Sigmoid(x),
        "mish" => context.Mish(x),
        "elu" => context.Elu(x),
        "leaky_relu_0.01" => context.LeakyRelu(x),
        "erf" => context.Erf(x),
        "exp" => context.Exp(context.Clamp(x, highest: 30)),
        "log1p_exp_neg_abs" => context.Log1P(context.Exp(context.Negate(context.Abs(x)))),
        "sum_dim1" => context.Sum(x, axis: 1),
        "mean_dim1" => context.Mean(x, axis: 1),
        "var_unbiased" => context.Variance(x, axis: -1),
        "var_biased" => context.Variance(x, axis: -1, correction: 0),
        "pow3" => context.Pow(x, 3),
        "square_sum" => context.Sum(context.Pow(x, 2)),
        "cumsum_dim1" => context.CumSum(x, axis: 1),
        "prod_last" => context.Product(x, axis: -1),
        "sqrt" => context.Sqrt(x),
        "rsqrt" => context.Rsqrt(x),
        "log" => context.Log(x),
        "reciprocal" => context.Reciprocal(x),
        "log1p" => context.Log1P(x),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "The goldens have an operation this test does not know."),
    };

    private static Tensor RunLinear(ForwardContext context, GoldenCase golden)
    {
        Shape shape = golden.ShapeOf("w");
        Linear layer = golden.Has("b")
            ? golden.Layer(weights => new Linear(weights, shape[1], shape[0]), "w", "b")
            : golden.Layer(weights => Linear.WithoutBias(weights, shape[1], shape[0]), "w");
        return layer.Forward(context, golden.Input("x"));
    }

    private static Tensor RunEmbedding(ForwardContext context, GoldenCase golden)
    {
        Shape shape = golden.ShapeOf("w");
        int paddingId = (int)golden.Parameter("padding_idx", -1);
        return golden.Layer(weights => new Embedding(weights, shape[0], shape[1], paddingId < 0 ? null : paddingId), "w")
            .Forward(context, golden.Integers("ids"));
    }

    /// <summary>The goldens give the mask, Akin draws its own: compared is the arithmetic, and what p = 0 and p = 1 do.</summary>
    private static Tensor RunDropout(ForwardContext context, GoldenCase golden)
    {
        float p = (float)golden.Parameter("p", 0);
        if (p is 0 or 1)
        {
            context.DropoutSeed = 1;
            return context.Multiply(context.Dropout(golden.Input("x"), p), 1);
        }

        Tensor mask = new(golden.ShapeOf("k"), [.. golden.Mask("k").Select(isKept => isKept ? 1 / (1 - p) : 0)]);
        return context.Multiply(golden.Input("x"), mask);
    }

    private static Tensor RunPooling(ForwardContext context, GoldenCase golden)
    {
        Tensor padded = golden.Input("x");
        int[] mask = golden.Integers("m");
        RaggedBatch batch = RaggedBatch.FromPadded(new int[mask.Length], padded.Shape[1], mask);
        int[] rows = [.. Enumerable.Range(0, mask.Length).Where(row => mask[row] == 1)];
        Tensor tokens = context.IndexSelect(context.Reshape(padded, new Shape(mask.Length, padded.ColumnCount)), axis: 0, rows);
        return context.Pool(tokens, batch, [.. golden.Texts("mode").Select(mode => mode switch
        {
            "mean_sqrt_len_tokens" => PoolingMode.MeanSqrtLength,
            _ => Enum.Parse<PoolingMode>(mode, ignoreCase: true),
        })]);
    }

    private static Tensor RunAttention(ForwardContext context, GoldenCase golden)
    {
        (Tensor q, Tensor k, Tensor v) = (golden.Input("q"), golden.Input("k"), golden.Input("v"));
        (int count, int heads, int queries, int size) = (q.Shape[0], q.Shape[1], q.Shape[2], q.Shape[3]);
        double scale = golden.Parameter("scale", 1 / Math.Sqrt(size));
        if (golden.Has("b"))
        {
            // A bias for every pair of places, not by distance: composed of general operations.
            Tensor scores = context.Add(context.Multiply(context.MatMul(q, k, transposeRight: Transpose.Yes), (float)scale), golden.Input("b"));
            return context.MatMul(context.Softmax(scores), v);
        }

        // Ragged: only the keys that the mask leaves, which are alike for all queries of a sequence. It is true where a key counts, or lowest where not.
        int keys = k.Shape[2];
        bool isBoolean = golden.Name == "attention_padding_bool";
        bool[]? mask = golden.Has("m") ? golden.Mask("m") : null;
        bool IsKept(int sequence, int key) => mask is null || mask[(sequence * mask.Length / count) + key] == isBoolean;
        RaggedBatch batch = new();
        RaggedBatch other = new();
        List<int> keyRows = [];
        for (int sequence = 0; sequence < count; sequence++)
        {
            int[] kept = [.. Enumerable.Range(0, keys).Where(key => IsKept(sequence, key))];
            batch.Add(new int[queries]);
            other.Add(new int[kept.Length]);
            keyRows.AddRange(kept.Select(key => (sequence * keys) + key));
        }

        Tensor Tokens(Tensor heads4) => context.Reshape(context.Transpose(heads4, 1, 2), new Shape(count * heads4.Shape[2], heads * size));
        AttentionOptions options = new() { HeadCount = heads, HeadSize = size, Scale = (float)scale, IsCausal = golden.Name == "attention_causal" };
        Tensor output = mask is null && keys == queries
            ? context.SelfAttention(context.Concatenate(axis: 1, Tokens(q), Tokens(k), Tokens(v)), batch, options).Context
            : context.CrossAttention(
                Tokens(q), context.IndexSelect(context.Concatenate(axis: 1, Tokens(k), Tokens(v)), axis: 0, keyRows.ToArray()), batch, other, options).Context;
        return context.Transpose(context.Reshape(output, new Shape(count, queries, heads, size)), 1, 2);
    }
}
