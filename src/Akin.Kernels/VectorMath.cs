using System.Numerics.Tensors;
using Akin.Kernels.Reference;

namespace Akin.Kernels;

/// <summary>Element-wise functions over spans of float32.</summary>
public static class VectorMath
{
    /// <summary>Writes e^x for every element.</summary>
    /// <param name="input">x, any length.</param>
    /// <param name="output">The same length; may be <paramref name="input"/> itself.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Exp(ReadOnlySpan<float> input, Span<float> output)
    {
        Require(input, output);
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = (float)Math.Exp(input[i]);
        }
    }

    /// <summary>Writes the natural logarithm of every element.</summary>
    /// <param name="input">x, any length.</param>
    /// <param name="output">The same length; may be <paramref name="input"/> itself.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Log(ReadOnlySpan<float> input, Span<float> output)
    {
        Require(input, output);
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = (float)Math.Log(input[i]);
        }
    }

    /// <summary>Writes the error function of every element.</summary>
    /// <param name="input">x, any length.</param>
    /// <param name="output">The same length; may be <paramref name="input"/> itself.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Erf(ReadOnlySpan<float> input, Span<float> output)
    {
        Require(input, output);
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = (float)MathReference.Erf(input[i]);
        }
    }

    /// <summary>Writes the hyperbolic tangent of every element.</summary>
    /// <param name="input">x, any length.</param>
    /// <param name="output">The same length; may be <paramref name="input"/> itself.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Tanh(ReadOnlySpan<float> input, Span<float> output) => Activations.Apply(Activation.Tanh, input, output);

    /// <summary>Writes σ(x) = 1 / (1 + e⁻ˣ) for every element.</summary>
    /// <param name="input">x, any length.</param>
    /// <param name="output">The same length; may be <paramref name="input"/> itself.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Sigmoid(ReadOnlySpan<float> input, Span<float> output) => Activations.Apply(Activation.Sigmoid, input, output);

    /// <summary>Adds each element to the one at the same place: y ← y + x.</summary>
    /// <param name="input">x, any length.</param>
    /// <param name="output">y, the same length, added to.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Add(ReadOnlySpan<float> input, Span<float> output)
    {
        Shape.Require(output.Length, input.Length, "as many as input", nameof(output));
        TensorPrimitives.Add(output, input, output);
    }

    private static void Require(ReadOnlySpan<float> input, Span<float> output)
    {
        Shape.Require(output.Length, input.Length, "as many as input", nameof(output));
        Shape.RequireSameOrApart<float, float>(input, output, nameof(output));
    }
}
