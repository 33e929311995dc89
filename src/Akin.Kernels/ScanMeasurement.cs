namespace Akin.Kernels;

/// <summary>What exact search of int8 vectors reached, beside what the memory could do at best.</summary>
/// <param name="VectorCount">Stored vectors.</param>
/// <param name="Dimension">Bytes of a vector.</param>
/// <param name="ThreadCount">Threads used.</param>
/// <param name="Seconds">The shortest of many searches with one query.</param>
/// <param name="PeakBytesPerSecond">Bytes a second that as many threads read from memory and add up.</param>
public sealed record ScanMeasurement(int VectorCount, int Dimension, int ThreadCount, double Seconds, double PeakBytesPerSecond)
{
    /// <summary>Bytes of vectors searched a second.</summary>
    public double BytesPerSecond => (double)VectorCount * Dimension / Seconds;

    /// <summary>The part of the memory's speed that was reached, 0 … 1.</summary>
    public double Share => BytesPerSecond / PeakBytesPerSecond;

    /// <summary>The time that reading the vectors takes at best.</summary>
    public double LeastSeconds => (double)VectorCount * Dimension / PeakBytesPerSecond;
}
