namespace Akin.TestKit;

/// <summary>Counts managed allocations.</summary>
public static class Allocations
{
    /// <summary>
    /// Bytes that the calling thread allocates in an action that is warm: the least of several runs, because in early ones the runtime may still compile
    /// code and make things of its own. What every run allocates is seen.
    /// </summary>
    public static long During(Action action)
    {
        long least = long.MaxValue;
        for (int run = 0; run < 6 && least > 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
