using System.Text.Json.Nodes;

namespace Akin.Training.Callbacks;

/// <summary>Ends a run when the measure of <see cref="TrainingArguments.MetricForBestModel"/> has not improved for some evaluations.</summary>
/// <param name="patience">Evaluations without improvement that end the run, at least 1. Default: 1.</param>
/// <param name="threshold">What counts as an improvement: more than this. Default: 0.</param>
public sealed class EarlyStoppingCallback(int patience = 1, double threshold = 0) : TrainerCallback
{
    private readonly int _patience = patience >= 1 ? patience : throw new ArgumentOutOfRangeException(nameof(patience), patience, "The patience is at least 1.");
    private int _count;

    /// <inheritdoc/>
    public override void OnEvaluate(TrainingArguments arguments, TrainerState state, TrainerControl control, IReadOnlyDictionary<string, double> metrics)
    {
        if (!metrics.TryGetValue(arguments.BestMetric, out double value))
        {
            throw new ArgumentException(
                $"Early stopping watches '{arguments.BestMetric}', but the evaluation gave {string.Join(", ", metrics.Keys)}: set {nameof(TrainingArguments.MetricForBestModel)} to one of these.");
        }

        // The best so far is that of the evaluations before this one.
        double gain = state.BestMetric is not { } best ? double.PositiveInfinity : arguments.GreaterIsBetterResolved ? value - best : best - value;
        _count = gain > threshold ? 0 : _count + 1;
        control.ShouldTrainingStop |= _count >= _patience;
    }

    /// <inheritdoc/>
    public override JsonObject ExportState() => new() { ["count"] = _count };

    /// <inheritdoc/>
    public override void ImportState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _count = state["count"]!.GetValue<int>();
    }
}
