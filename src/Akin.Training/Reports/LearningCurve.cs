namespace Akin.Training.Reports;

/// <summary>One line of a chart.</summary>
/// <param name="Name">The name in the log.</param>
/// <param name="Points">Step and value, by step; only finite values.</param>
internal sealed record LearningCurve(string Name, IReadOnlyList<(long Step, double Value)> Points)
{
    private const string StepName = "step";

    // Names of the log that say nothing about learning; what begins with train_ sums up the whole run.
    private static readonly string[] Bookkeeping = ["epoch", StepName, "total_flos", "num_input_tokens_seen"];
    private static readonly string[] BookkeepingEndings = ["_runtime", "_per_second", "_seconds"];

    private bool IsScore => Name.StartsWith("eval_", StringComparison.Ordinal) && !IsLoss && Points.All(point => Math.Abs(point.Value) <= 1);

    private bool IsLoss => Name == "loss" || Name.EndsWith("_loss", StringComparison.Ordinal);

    /// <summary>The curves of a log, arranged into charts: losses together, scores between −1 and 1 together, everything else by itself.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<LearningCurve> Curves)> Arrange(IReadOnlyList<IReadOnlyDictionary<string, double>> history)
    {
        LearningCurve[] curves =
        [
            .. history.SelectMany(entry => entry.Keys).Distinct().Where(IsOfInterest)
                .Select(name => new LearningCurve(name, PointsOf(history, name))).Where(curve => curve.Points.Count > 0),
        ];
        List<(string Title, IReadOnlyList<LearningCurve> Curves)> charts = [];
        Add("Loss", [.. curves.Where(curve => curve.IsLoss)]);
        Add("Evaluation", [.. curves.Where(curve => curve.IsScore)]);
        foreach (LearningCurve curve in curves.Where(curve => !curve.IsLoss && !curve.IsScore))
        {
            Add(curve.Name == "learning_rate" ? "Learning rate" : curve.Name, [curve]);
        }

        return charts;

        void Add(string title, IReadOnlyList<LearningCurve> group)
        {
            if (group.Count > 0)
            {
                charts.Add((title, group));
            }
        }
    }

    private static bool IsOfInterest(string name) =>
        !Bookkeeping.Contains(name) && !name.StartsWith("train_", StringComparison.Ordinal) && !BookkeepingEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));

    private static (long, double)[] PointsOf(IReadOnlyList<IReadOnlyDictionary<string, double>> history, string name) =>
    [
        .. history.Where(entry => entry.ContainsKey(StepName) && entry.TryGetValue(name, out double value) && double.IsFinite(value))
            .Select(entry => ((long)entry[StepName], entry[name])).OrderBy(point => point.Item1),
    ];
}
