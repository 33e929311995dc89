namespace Akin.Kernels.Tests;

/// <summary>Counts managed allocations.</summary>
internal static class Allocations
{
    /// <summary>Bytes that the calling thread allocates in an action, least of several runs: the first ones may still compile code.</summary>
    public static long During(Action action)
    {
        long least = long.MaxValue;
        for (int run = 0; run < 5 && least > 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
