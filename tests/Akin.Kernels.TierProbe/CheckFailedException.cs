namespace Akin.Kernels.TierProbe;

/// <summary>A check found a wrong value.</summary>
public sealed class CheckFailedException(string message) : Exception(message);
