using Akin.Kernels.Reference;

namespace Akin.Kernels;

/// <summary>The element-wise functions of <see cref="Activation"/> and their derivatives.</summary>
public static class Activations
{
    /// <summary>Writes y = f(x) for every element.</summary>
    /// <param name="activation">The function f.</param>
    /// <param name="input">x, any length.</param>
    /// <param name="output">y, the same length; may be <paramref name="input"/> itself.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="activation"/> is not a value of the enumeration.</exception>
    public static void Apply(Activation activation, ReadOnlySpan<float> input, Span<float> output)
    {
        Shape.Require(output.Length, input.Length, "as many as input", nameof(output));
        Shape.RequireSameOrApart<float, float>(input, output, nameof(output));
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = (float)MathReference.Apply(activation, input[i]);
        }
    }

    /// <summary>Writes the gradient of the input: dx = dy · f'(x).</summary>
    /// <param name="activation">The function f.</param>
    /// <param name="input">x, what <see cref="Apply"/> was given.</param>
    /// <param name="outputGradient">dy, the same length.</param>
    /// <param name="inputGradient">dx, the same length, overwritten; may be <paramref name="input"/> or <paramref name="outputGradient"/> itself.</param>
    /// <exception cref="ArgumentException">The lengths differ, or spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="activation"/> is not a value of the enumeration.</exception>
    public static void Backward(Activation activation, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        Shape.Require(outputGradient.Length, input.Length, "as many as input", nameof(outputGradient));
        Shape.Require(inputGradient.Length, input.Length, "as many as input", nameof(inputGradient));
        Shape.RequireSameOrApart<float, float>(input, inputGradient, nameof(inputGradient));
        Shape.RequireSameOrApart<float, float>(outputGradient, inputGradient, nameof(inputGradient));
        for (int i = 0; i < input.Length; i++)
        {
            inputGradient[i] = (float)(outputGradient[i] * MathReference.Derivative(activation, input[i]));
        }
    }

    internal static ArgumentOutOfRangeException Unknown(Activation activation) =>
        new(nameof(activation), activation, $"Unknown activation; supported: {string.Join(", ", Enum.GetNames<Activation>())}.");
}
