using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Akin.Kernels.TierProbe;

/// <summary>Comparisons that name the first wrong element.</summary>
public static class Check
{
    /// <summary>Whether a tier's products are fused; without the instruction, four lanes round products and sums apart.</summary>
    public static bool IsFused(KernelTier tier) => tier != KernelTier.Vector128 || Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>The same bits in every element.</summary>
    public static void SameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Require(expected.Length == actual.Length, $"{what}: {actual.Length} floats, expected {expected.Length}.");
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
            {
                throw new CheckFailedException($"{what}: element {i} is {actual[i]:R}, expected {expected[i]:R}.");
            }
        }
    }

    /// <summary>Every element within a distance.</summary>
    public static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance, string what)
    {
        Require(expected.Length == actual.Length, $"{what}: {actual.Length} floats, expected {expected.Length}.");
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(MathF.Abs(expected[i] - actual[i]) <= tolerance))
            {
                throw new CheckFailedException($"{what}: element {i} is {actual[i]:R}, expected {expected[i]:R} ± {tolerance:R}.");
            }
        }
    }

    public static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new CheckFailedException(message);
        }
    }

    /// <summary>Numbers from -1 to 1.</summary>
    public static float[] Numbers(Random random, int count)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = (random.NextSingle() * 2) - 1;
        }

        return numbers;
    }
}
