using Akin.Tensors;

namespace Akin.Training.Tests;

/// <summary>Weights that a test writes down.</summary>
public sealed class GivenWeights(IReadOnlyDictionary<string, float[]> values) : IWeightSource
{
    /// <summary>Makes trainable parameters.</summary>
    public static IReadOnlyList<Parameter> Parameters(params (string Name, int[] Shape, float[] Values)[] weights)
    {
        Weights root = new(new GivenWeights(weights.ToDictionary(weight => weight.Name, weight => weight.Values)), trainable: true);
        return [.. weights.Select(weight => root.Load(weight.Name, new Shape(weight.Shape), Initialization.Normal))];
    }

    /// <summary>Sets a gradient as a backward pass would have.</summary>
    public static void SetGradient(Parameter parameter, ReadOnlySpan<float> gradient) =>
        gradient.CopyTo(new ForwardContext().GradientOf(parameter.Value));

    public bool Contains(string name) => values.ContainsKey(name);

    public void Require(string name, Shape shape) => Assert.Equal(values[name].Length, shape.ElementCount);

    public void Read(string name, Shape shape, Initialization initialization, Span<float> destination) => values[name].CopyTo(destination);
}
