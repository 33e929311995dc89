using System.Diagnostics;

namespace Akin.TestKit;

/// <summary>Counts managed allocations.</summary>
public static class Allocations
{
    /// <summary>
    /// Bytes that the calling thread allocates in an action that is warm: the least of many runs. In early ones the runtime makes things of its own, and code
    /// that it has not yet compiled with full optimisation allocates what the final code does not; it compiles in the background, so later runs leave it
    /// time, more of it on a machine that is busy with other things. What every run allocates is seen.
    /// </summary>
    public static long During(Action action)
    {
        const int ColdRuns = 6, Runs = 200;
        TimeSpan patience = TimeSpan.FromSeconds(20);
        long start = Stopwatch.GetTimestamp();
        long least = long.MaxValue;
        for (int run = 0; least > 0 && (run < Runs || Stopwatch.GetElapsedTime(start) < patience); run++)
        {
            if (run >= ColdRuns)
            {
                Thread.Sleep(10);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
