using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Akin.Kernels.Lanes;

namespace Akin.Kernels;

/// <summary>Element-wise functions over spans of float32.</summary>
/// <remarks>
/// <para>
/// An element's bits depend on that element alone: not on its place, the length, the tier or the machine. Errors against the exact value,
/// over all float32 including subnormals: 1.1 ulp at most.
/// </para>
/// <para>
/// NaN gives NaN; exp, erf, tanh and sigmoid take their limits at ±∞; log gives −∞ at ±0 and NaN below. (TensorPrimitives has no erf, and its
/// other functions promise neither an error bound nor the same bits on every machine.)
/// </para>
/// </remarks>
public static class VectorMath
{
    /// <summary>Writes e^x for every element.</summary>
    /// <param name="input">x, any length.</param>
    /// <param name="output">The same length; may be <paramref name="input"/> itself.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Exp(ReadOnlySpan<float> input, Span<float> output)
    {
        Require(input, output);
        ElementWise.Apply<ExpOperator>(KernelTable.Tier, input, output);
    }

    /// <summary>Writes the natural logarithm of every element.</summary>
    /// <param name="input">x, any length.</param>
    /// <param name="output">The same length; may be <paramref name="input"/> itself.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Log(ReadOnlySpan<float> input, Span<float> output)
    {
        Require(input, output);
        ElementWise.Apply<LogOperator>(KernelTable.Tier, input, output);
    }

    /// <summary>Writes the error function of every element.</summary>
    /// <param name="input">x, any length.</param>
    /// <param name="output">The same length; may be <paramref name="input"/> itself.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Erf(ReadOnlySpan<float> input, Span<float> output)
    {
        Require(input, output);
        ElementWise.Apply<ErfOperator>(KernelTable.Tier, input, output);
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
    public static unsafe void Add(ReadOnlySpan<float> input, Span<float> output)
    {
        Shape.Require(output.Length, input.Length, "as many as input", nameof(output));
        fixed (float* x = input, y = output)
        {
            RowLoops.Add(y, x, y, output.Length);
        }
    }

    /// <summary>Adds each element to the one at the same place, on several threads: y ← y + x.</summary>
    /// <param name="input">x, any length.</param>
    /// <param name="output">y, the same length, added to.</param>
    /// <param name="pool">The threads to use.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Add(ReadOnlySpan<float> input, Span<float> output, WorkerPool pool)
    {
        Shape.Require(output.Length, input.Length, "as many as input", nameof(output));
        ElementWise.Apply<OfSum<IdentityOperator>>(KernelTable.Tier, input, output, output, pool);
    }

    /// <summary>e^x of 512 bits of floats, for kernels that need it in the middle of something else; the same bits as the span function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Exp(Vector512<float> x) => LaneMath.Exp(new Lanes512(x)).Vector;

    /// <summary>e^x of 256 bits of floats, for kernels that need it in the middle of something else; the same bits as the span function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Exp(Vector256<float> x) => LaneMath.Exp(new Lanes256(x)).Vector;

    /// <summary>e^x of 128 bits of floats, for kernels that need it in the middle of something else; the same bits as the span function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> Exp(Vector128<float> x) => LaneMath.Exp(new Lanes128(x)).Vector;

    /// <summary>e^x of one float; the same bits as the span function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Exp(float x) => LaneMath.Exp(new ScalarLane(x)).Value;

    private static void Require(ReadOnlySpan<float> input, Span<float> output)
    {
        Shape.Require(output.Length, input.Length, "as many as input", nameof(output));
        Shape.RequireSameOrApart<float, float>(input, output, nameof(output));
    }
}
