using System.Text.Json.Nodes;
using Akin.Kernels;
using Akin.Tensors;
using Akin.Training.Optimizers;

namespace Akin.Training.Tests.Optimizers;

/// <summary>Against <c>torch.nn.utils</c>: golden/training/optim/clipping.json.</summary>
public class GradientClippingTests
{
    /// <summary>Float32 against the reference's float64, relative: one rounding of the gradient, one of the product.</summary>
    private const double Tolerance = 2e-7;

    private static readonly JsonNode Golden = GoldenTensor.Read("optim", "clipping.json");

    public static TheoryData<int> Cases() => new(Enumerable.Range(0, Golden["clip_grad_norm"]!.AsArray().Count));

    [Theory]
    [MemberData(nameof(Cases))]
    public void ClipNorm_OfGivenGradients_EqualsTorch(int index)
    {
        JsonNode golden = Golden["clip_grad_norm"]![index]!;
        IReadOnlyList<Parameter> parameters = WithGradients(golden["grads"]!.AsArray());
        double norm = GradientClipping.ClipNorm(parameters, GoldenTensor.Number(golden["max_norm"]), GoldenTensor.Number(golden["norm_type"]));
        double expected = new GoldenTensor(golden["total_norm"]!).Data[0];
        Assert.Equal(expected, norm, Tolerance * Math.Max(1, expected));
        for (int i = 0; i < parameters.Count; i++)
        {
            double[] clipped = new GoldenTensor(golden["clipped"]![i]!).Data;
            for (int j = 0; j < clipped.Length; j++)
            {
                Assert.Equal(clipped[j], parameters[i].Gradient!.Span[j], Tolerance * Math.Max(1, Math.Abs(clipped[j])));
            }
        }
    }

    [Fact]
    public void ClipValue_OfGivenGradients_EqualsTorch()
    {
        JsonNode golden = Golden["clip_grad_value"]!;
        IReadOnlyList<Parameter> parameters = WithGradients([golden["grad"]!.DeepClone()]);
        GradientClipping.ClipValue(parameters, golden["clip_value"]!.GetValue<float>());
        Assert.Equal(new GoldenTensor(golden["clipped"]!).Floats, parameters[0].Gradient!.ToArray());
    }

    [Fact]
    public void Norm_OnAnyNumberOfThreads_HasTheSameBits()
    {
        float[] gradient = [.. Enumerable.Range(0, 100_003).Select(i => MathF.Sin(i) * i)];
        IReadOnlyList<Parameter> parameters = GivenWeights.Parameters(("weight", [gradient.Length], gradient));
        GivenWeights.SetGradient(parameters[0], gradient);
        using WorkerPool pool = new(3);
        Assert.Equal(GradientClipping.Norm(parameters, pool: WorkerPool.Serial), GradientClipping.Norm(parameters, pool: pool));
    }

    [Theory]
    [InlineData(float.NaN, 2)]
    [InlineData(float.NaN, double.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, 2)]
    public void Norm_OfAGradientThatIsNotFinite_IsNotFinite(float bad, double order)
    {
        IReadOnlyList<Parameter> parameters = GivenWeights.Parameters(("a", [2], [0, 0]), ("b", [2], [0, 0]));
        GivenWeights.SetGradient(parameters[0], [1, bad]);
        GivenWeights.SetGradient(parameters[1], [1, 1]);
        Assert.False(double.IsFinite(GradientClipping.Norm(parameters, order)));
    }

    [Fact]
    public void Norm_OfLargeGradients_DoesNotOverflow()
    {
        IReadOnlyList<Parameter> parameters = GivenWeights.Parameters(("a", [2], [0, 0]));
        GivenWeights.SetGradient(parameters[0], [3e30f, 4e30f]);
        Assert.Equal(5e30, GradientClipping.Norm(parameters), 1e24);
    }

    private static IReadOnlyList<Parameter> WithGradients(JsonArray gradients)
    {
        GoldenTensor[] tensors = [.. gradients.Select(gradient => new GoldenTensor(gradient!))];
        IReadOnlyList<Parameter> parameters = GivenWeights.Parameters([.. tensors.Select((tensor, i) => ($"p{i}", tensor.Shape, new float[tensor.Data.Length]))]);
        for (int i = 0; i < tensors.Length; i++)
        {
            GivenWeights.SetGradient(parameters[i], tensors[i].Floats);
        }

        return parameters;
    }
}
