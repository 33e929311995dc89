namespace Akin.Kernels.Lanes;

/// <summary>The layout of a float32: sign, 8 bits of exponent, 23 bits of mantissa.</summary>
internal static class FloatBits
{
    public const int MantissaBits = 23;

    /// <summary>What is added to the exponent before it is stored.</summary>
    public const int ExponentBias = 127;

    /// <summary>Entries of the tables of <see cref="ILanes{TSelf}.LookUp"/>.</summary>
    public const int TableLength = 16;

    /// <summary>Where the bits lie that choose one: the lowest two of the exponent and the highest two of the mantissa.</summary>
    public const int TableIndexBit = MantissaBits - 2;

    /// <summary>The bits of √½ as a float32.</summary>
    public const int RootOfHalf = 0x3F3504F3;

    /// <summary>The smallest positive normal float32, 2⁻¹²⁶.</summary>
    public const float SmallestNormal = 1.17549435e-38f;
}
