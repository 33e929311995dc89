namespace Akin.Kernels;

/// <summary>The instruction sets that kernels are written for, from the plainest to the widest.</summary>
public enum KernelTier
{
    /// <summary>One element at a time: the oracle the other tiers are tested against.</summary>
    Scalar,

    /// <summary>Four floats at a time: Arm64 AdvSimd, x86 SSE4.2 (with FMA where the processor has it).</summary>
    Vector128,

    /// <summary>Eight floats at a time: x86 AVX2 with FMA.</summary>
    Avx2,

    /// <summary>Sixteen floats at a time: x86 AVX-512 (F, BW, DQ, VL).</summary>
    Avx512,
}
