using System.Globalization;
using System.Text.Json;

namespace Akin.Training.Tests.Metrics;

/// <summary>Reads the goldens of <c>tests/goldens/training/metrics</c>.</summary>
internal static class MetricsGolden
{
    /// <summary>What the README of the goldens allows for numbers computed in double.</summary>
    public const double Tolerance = 1e-9;

    public static JsonElement Read(string file)
    {
        using FileStream stream = File.OpenRead(Repository.Golden("training", "metrics", file));
        return JsonDocument.Parse(stream).RootElement;
    }

    /// <summary>A number, or the NaN or Infinity that the goldens write as text.</summary>
    public static double Number(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? double.Parse(element.GetString()!, CultureInfo.InvariantCulture) : element.GetDouble();

    public static double Number(this JsonElement element, string property) => element.GetProperty(property).Number();

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    public static double[] Numbers(this JsonElement element, string property) => [.. element.GetProperty(property).EnumerateArray().Select(Number)];

    public static int[] Integers(this JsonElement element, string property) => [.. element.GetProperty(property).EnumerateArray().Select(e => e.GetInt32())];

    public static string[] Texts(this JsonElement element) => [.. element.EnumerateArray().Select(e => e.GetString()!)];

    public static string[] Texts(this JsonElement element, string property) => element.GetProperty(property).Texts();

    /// <summary>The cases of an array by their place in it, for a theory.</summary>
    public static TheoryData<int> Cases(string file, string property)
    {
        TheoryData<int> cases = [];
        for (int i = 0; i < Read(file).GetProperty(property).GetArrayLength(); i++)
        {
            cases.Add(i);
        }

        return cases;
    }

    /// <summary>Equal within the tolerance, or both NaN.</summary>
    public static void Equal(double expected, double actual, double tolerance = Tolerance)
    {
        if (double.IsNaN(expected) || double.IsInfinity(expected))
        {
            Assert.Equal(expected, actual);
        }
        else
        {
            Assert.InRange(actual, expected - tolerance, expected + tolerance);
        }
    }
}
