using Akin.Training.Reports;

namespace Akin.Training.FineTuning;

/// <summary>What a fine-tuning has brought.</summary>
/// <param name="OutputDir">Where the model, the tokenizer, <c>log.jsonl</c>, TensorBoard's <c>runs/</c> and <c>report.html</c> are.</param>
/// <param name="Steps">Steps of the optimizer.</param>
/// <param name="TrainSeconds">How long training took, without loading and the last evaluation.</param>
/// <param name="Metrics"><c>train_loss</c>, and <c>eval_…</c> measured after the last step when there is a file to evaluate on.</param>
/// <param name="Report">What <c>report.html</c> shows.</param>
public sealed record FineTuningResult(
    string OutputDir, int Steps, double TrainSeconds, IReadOnlyDictionary<string, double> Metrics, TrainingReport Report)
{
    /// <summary>How many examples there were to learn from.</summary>
    public int Examples { get; init; }

    /// <summary>What the user should know about the files, a sentence each. Default: nothing.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
