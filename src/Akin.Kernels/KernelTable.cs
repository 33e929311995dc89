using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Akin.Kernels;

/// <summary>Chooses, once per process, which tier of kernels runs.</summary>
/// <remarks>
/// The best tier that the processor has, unless the environment variable <c>AKIN_KERNELS</c> names another one:
/// <c>scalar</c>, <c>vector128</c>, <c>avx2</c> or <c>avx512</c>. Thread-safe.
/// </remarks>
public static class KernelTable
{
    /// <summary>The environment variable that forces a tier.</summary>
    public const string EnvironmentVariable = "AKIN_KERNELS";

    private static readonly Lazy<KernelTier> ChosenTier =
        new(() => Choose(Environment.GetEnvironmentVariable(EnvironmentVariable)));

    /// <summary>The tier that every kernel of this process uses.</summary>
    /// <exception cref="KernelSettingException"><c>AKIN_KERNELS</c> names no tier, or one that this processor lacks.</exception>
    public static KernelTier Tier => ChosenTier.Value;

    /// <summary>Whether this processor (as the runtime is configured) can run <paramref name="tier"/>.</summary>
    public static bool IsSupported(KernelTier tier) => tier switch
    {
        // Not Vector512.IsHardwareAccelerated: on processors that lower their clock for wide vectors (Skylake, Cascade Lake) the runtime says no, to spare programs that use few of them.
        // Matrix products are nothing else, and run twice as fast.
        KernelTier.Avx512 => Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported,
        KernelTier.Avx2 => Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported,
        KernelTier.Vector128 => Vector128.IsHardwareAccelerated,
        KernelTier.Scalar => true,
        _ => false,
    };

    internal static KernelTier Choose(string? requested)
    {
        if (string.IsNullOrWhiteSpace(requested))
        {
            // In order of preference: each step down halves the lanes.
            KernelTier[] preference = [KernelTier.Avx512, KernelTier.Avx2, KernelTier.Vector128];
            return Array.Find(preference, IsSupported); // Scalar is the default value
        }

        KernelTier tier = requested.Trim().ToUpperInvariant() switch
        {
            "SCALAR" => KernelTier.Scalar,
            "VECTOR128" => KernelTier.Vector128,
            "AVX2" => KernelTier.Avx2,
            "AVX512" => KernelTier.Avx512,
            _ => throw new KernelSettingException(
                $"{EnvironmentVariable} is '{requested}': expected scalar, vector128, avx2 or avx512, or leave it unset."),
        };
        return IsSupported(tier)
            ? tier
            : throw new KernelSettingException(
                $"{EnvironmentVariable} is '{requested}', but this processor or runtime lacks it; the best here is " +
                $"{Choose(null).ToString().ToLowerInvariant()}.");
    }
}
