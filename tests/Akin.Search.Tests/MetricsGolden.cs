using System.Text.Json;

namespace Akin.Search.Tests;

/// <summary>Reads the goldens of <c>tests/goldens/training/metrics</c> that concern vectors.</summary>
internal static class MetricsGolden
{
    /// <summary>What the README of the goldens allows for numbers computed in double.</summary>
    public const double Tolerance = 1e-9;

    /// <summary>What it allows for numbers computed from float32 embeddings.</summary>
    public const double FloatTolerance = 1e-6;

    public static JsonElement Read(string file)
    {
        using FileStream stream = File.OpenRead(Repository.Golden("training", "metrics", file));
        return JsonDocument.Parse(stream).RootElement;
    }

    /// <summary>The numbers of an array stored as type, shape and data.</summary>
    public static double[] Doubles(this JsonElement element, string property) =>
        [.. element.GetProperty(property).GetProperty("data").EnumerateArray().Select(number => number.GetDouble())];

    public static float[] Floats(this JsonElement element, string property) =>
        [.. element.GetProperty(property).GetProperty("data").EnumerateArray().Select(number => number.GetSingle())];

    public static int[] Integers(this JsonElement element, string property)
    {
        JsonElement array = element.GetProperty(property);
        return [.. (array.ValueKind == JsonValueKind.Object ? array.GetProperty("data") : array).EnumerateArray().Select(number => number.GetInt32())];
    }

    public static void Near(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"[{i}]: expected {expected[i]}, found {actual[i]}");
        }
    }
}
