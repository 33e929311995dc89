namespace Akin.Training.Metrics;

/// <summary>The check that every metric on two lists begins with.</summary>
internal static class Pairs
{
    /// <exception cref="ArgumentException">The lists differ in length or are empty.</exception>
    public static void Check(int expectedCount, int predictedCount, string what)
    {
        if (expectedCount != predictedCount || expectedCount == 0)
        {
            throw new ArgumentException($"There are {expectedCount} expected and {predictedCount} predicted {what}; a metric needs equally many, at least one.");
        }
    }
}
