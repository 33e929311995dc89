using System.Numerics.Tensors;

namespace Akin.Kernels;

/// <summary>Conversions between float32 and the two 16-bit formats of checkpoints.</summary>
public static class HalfPrecision
{
    /// <summary>Widens float16; exact.</summary>
    /// <param name="input">float16 values.</param>
    /// <param name="output">The same length.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void ToSingle(ReadOnlySpan<Half> input, Span<float> output)
    {
        Shape.Require(output.Length, input.Length, "as many as input", nameof(output));
        TensorPrimitives.ConvertToSingle(input, output);
    }

    /// <summary>Narrows to float16, to nearest, ties to even; values beyond 65,504 (rounded) become infinite.</summary>
    /// <param name="input">float32 values.</param>
    /// <param name="output">The same length.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void ToHalf(ReadOnlySpan<float> input, Span<Half> output)
    {
        Shape.Require(output.Length, input.Length, "as many as input", nameof(output));
        TensorPrimitives.ConvertToHalf(input, output);
    }

    /// <summary>Widens bfloat16, the upper half of a float32; exact.</summary>
    /// <param name="input">bfloat16 bit patterns.</param>
    /// <param name="output">The same length.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void BFloat16ToSingle(ReadOnlySpan<ushort> input, Span<float> output)
    {
        Shape.Require(output.Length, input.Length, "as many as input", nameof(output));
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = BitConverter.UInt32BitsToSingle((uint)input[i] << 16);
        }
    }

    /// <summary>Narrows to bfloat16, to nearest, ties to even; a NaN stays a (quiet) NaN.</summary>
    /// <param name="input">float32 values.</param>
    /// <param name="output">bfloat16 bit patterns, the same length.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void SingleToBFloat16(ReadOnlySpan<float> input, Span<ushort> output)
    {
        Shape.Require(output.Length, input.Length, "as many as input", nameof(output));
        for (int i = 0; i < input.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(input[i]);

            // Adding just under half of the dropped part, plus the last kept bit, rounds ties to even.
            uint rounded = bits + 0x7FFF + ((bits >> 16) & 1);
            output[i] = (ushort)(float.IsNaN(input[i]) ? (bits >> 16) | 0x40 : rounded >> 16);
        }
    }
}
