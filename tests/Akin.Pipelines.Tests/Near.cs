namespace Akin.Pipelines.Tests;

/// <summary>Compares embeddings by their largest difference.</summary>
internal static class Near
{
    public static double LargestDifference(float[][] expected, float[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0;
        for (int row = 0; row < expected.Length; row++)
        {
            Assert.Equal(expected[row].Length, actual[row].Length);
            for (int i = 0; i < expected[row].Length; i++)
            {
                double difference = Math.Abs((double)expected[row][i] - actual[row][i]);
                largest = difference > largest || double.IsNaN(difference) ? difference : largest;
            }
        }

        return largest;
    }

    public static void Equal(float[][] expected, float[][] actual, double tolerance)
    {
        double difference = LargestDifference(expected, actual);
        Assert.True(difference <= tolerance, $"The largest difference is {difference:E3}, allowed are {tolerance:E0}.");
    }
}
