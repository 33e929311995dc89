namespace Akin.Kernels;

/// <summary>What one kernel reached, beside what the hardware could do at best.</summary>
/// <param name="Name">The kernel and its sizes.</param>
/// <param name="ThreadCount">Threads used.</param>
/// <param name="FlopsPerSecond">Floating-point operations a second, from the shortest of many runs.</param>
/// <param name="PeakFlopsPerSecond">The same of fused multiply-adds on registers, on as many threads.</param>
public sealed record KernelMeasurement(string Name, int ThreadCount, double FlopsPerSecond, double PeakFlopsPerSecond)
{
    /// <summary>The part of the peak that was reached, 0 … 1.</summary>
    public double Share => FlopsPerSecond / PeakFlopsPerSecond;
}
