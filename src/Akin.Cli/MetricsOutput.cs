using System.Globalization;

namespace Akin.Cli;

/// <summary>Measures as results of a verb.</summary>
internal static class MetricsOutput
{
    /// <summary>What is written as JSON, which has no NaN.</summary>
    public static Dictionary<string, object?> ToJson(IReadOnlyDictionary<string, double> metrics) =>
        metrics.ToDictionary(metric => metric.Key, metric => double.IsFinite(metric.Value) ? (object?)metric.Value : null);

    /// <summary>A line for each.</summary>
    public static void WriteLines(CommandContext context, IReadOnlyDictionary<string, double> metrics)
    {
        foreach ((string name, double value) in metrics)
        {
            context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-28} {value:G6}"));
        }
    }
}
