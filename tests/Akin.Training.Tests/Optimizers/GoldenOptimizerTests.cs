using System.Text.Json.Nodes;
using Akin.Kernels;
using Akin.Tensors;
using Akin.Training.Optimizers;

namespace Akin.Training.Tests.Optimizers;

/// <summary>Ten steps of every optimizer with given gradients against PyTorch, transformers and google's formula: golden/training/optim.</summary>
public class GoldenOptimizerTests
{
    /// <summary>Written in the golden's README.</summary>
    private const double Float64Tolerance = 1e-13;

    /// <summary>Written in the golden's README; PyTorch's own float32 run is within 3.4e-7.</summary>
    private const double Float32Tolerance = 1e-6;

    private static readonly JsonNode Golden = GoldenTensor.Read("optim", "optimizers.json");
    private static readonly JsonNode OldAdamW = GoldenTensor.Read("optim", "hf_adamw.json");
    private static readonly string[] Names = [.. Golden["parameters"]!.AsArray().Select(name => name!.GetValue<string>())];

    public static TheoryData<string> Cases() =>
        new(Golden["cases"]!.AsArray().Concat(OldAdamW["cases"]!.AsArray()).Select(entry => entry!["name"]!.GetValue<string>()));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_InSinglePrecision_FollowsTheReference(string name)
    {
        JsonNode golden = Find(name);
        foreach (int threadCount in (ReadOnlySpan<int>)[1, 3])
        {
            using WorkerPool pool = new(threadCount);
            IReadOnlyList<Parameter> parameters = GivenWeights.Parameters([.. Names.Select(parameter => Start(parameter))]);
            Optimizer optimizer = Make(golden["params"]!, parameters);
            for (int step = 0; step < Steps(golden).Count; step++)
            {
                foreach (Parameter parameter in parameters)
                {
                    GivenWeights.SetGradient(parameter, Gradient(step, parameter.Name).Floats);
                }

                foreach (ParameterGroup group in optimizer.Groups)
                {
                    group.LearningRate = Rate(golden, step);
                }

                optimizer.Step(pool: pool);
                optimizer.ClearGradients();
                foreach (Parameter parameter in parameters)
                {
                    AssertClose(new GoldenTensor(Steps(golden)[step]![parameter.Name]!).Data, Array.ConvertAll(parameter.Value.ToArray(), value => (double)value), Float32Tolerance, $"step {step}, {parameter.Name}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Kernel_InDoublePrecision_FollowsTheReference(string name)
    {
        JsonNode golden = Find(name);
        Optimizer optimizer = Make(golden["params"]!, GivenWeights.Parameters([.. Names.Select(parameter => Start(parameter))]));
        foreach (ParameterGroup group in optimizer.Groups)
        {
            foreach (Parameter parameter in group.Parameters)
            {
                double[] value = new GoldenTensor(Golden["start"]![parameter.Name]!).Data;
                double[][] state = [new double[value.Length], new double[value.Length], new double[value.Length]];
                for (int step = 0; step < Steps(golden).Count; step++)
                {
                    double[] gradient = Gradient(step, parameter.Name).Data;
                    Update(optimizer, value, gradient, state, parameter.Shape, Rate(golden, step), group.WeightDecay, step + 1);
                    AssertClose(new GoldenTensor(Steps(golden)[step]![parameter.Name]!).Data, value, Float64Tolerance, $"step {step}, {parameter.Name}");
                }
            }
        }
    }

    private static void Update(Optimizer optimizer, double[] value, double[] gradient, double[][] state, Shape shape, double rate, double decay, int step)
    {
        switch (optimizer)
        {
            case AdamOptimizer adam:
                AdamKernel.Update<double>(value, gradient, state[0], state[1], adam.Options.AmsGrad ? state[2] : [], adam.StepOf(adam.Options, rate, decay, step));
                break;
            case Sgd sgd:
                SgdKernel.Update(value, gradient, sgd.Options.Momentum > 0 ? state[0] : [], sgd.Options, rate, decay, 1, isFirst: step == 1);
                break;
            case Adafactor adafactor:
                Span<double> rows = shape.Rank < 2 ? state[0] : state[0].AsSpan(0, shape.RowCount);
                Span<double> columns = shape.Rank < 2 ? [] : state[1].AsSpan(0, shape.ColumnCount);
                AdafactorKernel.Update(value, gradient, 1, rows, columns, adafactor.Options.Beta1 is null ? [] : state[2], adafactor.Options, rate, decay, step);
                break;
            default:
                Assert.Fail($"No kernel for {optimizer}.");
                break;
        }
    }

    private static Optimizer Make(JsonNode settings, IReadOnlyList<Parameter> parameters)
    {
        string name = settings.Parent!["name"]!.GetValue<string>();
        double rate = settings["lr"]?.GetValue<double>() ?? 0;
        double decay = settings["weight_decay"]?.GetValue<double>() ?? 0;
        string[]? noDecay = settings["no_decay"]?.AsArray().Select(part => part!.GetValue<string>()).ToArray();
        IReadOnlyList<ParameterGroup> groups = noDecay is null
            ? [new ParameterGroup(parameters, rate, decay)]
            : ParameterGrouping.ByDecay(parameters, rate, decay, noDecay);
        AdamOptions adam = new()
        {
            Beta1 = settings["betas"]?[0]!.GetValue<double>() ?? 0.9,
            Beta2 = settings["betas"]?[1]!.GetValue<double>() ?? 0.999,
            Epsilon = settings["eps"] is JsonValue epsilon ? epsilon.GetValue<double>() : null,
            AmsGrad = settings["amsgrad"]?.GetValue<bool>() ?? false,
        };
        return name.Split('_')[0] switch
        {
            "adamw" => new AdamW(groups, adam),
            "adam" => new Adam(groups, adam),
            "bert" => new BertAdam(groups, adam),
            "hf" => new TransformersAdamW(groups, adam, settings["correct_bias"]!.GetValue<bool>()),
            "sgd" => new Sgd(groups, new SgdOptions
            {
                Momentum = settings["momentum"]?.GetValue<double>() ?? 0,
                Dampening = settings["dampening"]?.GetValue<double>() ?? 0,
                Nesterov = settings["nesterov"]?.GetValue<bool>() ?? false,
            }),
            _ => new Adafactor(groups, new AdafactorOptions
            {
                ScaleParameter = settings["scale_parameter"]!.GetValue<bool>(),
                RelativeStep = settings["relative_step"]!.GetValue<bool>(),
                WarmupInit = settings["warmup_init"]?.GetValue<bool>() ?? false,
                Beta1 = settings["beta1"]?.GetValue<double>(),
                ClipThreshold = settings["clip_threshold"]?.GetValue<double>() ?? 1,
            }),
        };
    }

    private static JsonNode Find(string name) =>
        Golden["cases"]!.AsArray().Concat(OldAdamW["cases"]!.AsArray()).Single(entry => entry!["name"]!.GetValue<string>() == name)!;

    private static JsonArray Steps(JsonNode golden) => golden["steps"]!.AsArray();

    private static double Rate(JsonNode golden, int step) =>
        golden["lr_used"]?[step]?.GetValue<double>() ?? golden["params"]!["lr"]?.GetValue<double>() ?? 0;

    private static GoldenTensor Gradient(int step, string parameter) => new(Golden["grads"]![step]![parameter]!);

    private static (string Name, int[] Shape, float[] Values) Start(string parameter)
    {
        GoldenTensor start = new(Golden["start"]![parameter]!);
        return (parameter, start.Shape, start.Floats);
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance, string place)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{place}[{i}]: expected {expected[i]:R}, found {actual[i]:R}.");
        }
    }
}
