namespace Akin.Training.FineTuning;

/// <summary>What a run has brought.</summary>
/// <param name="OutputDir">Where the files are.</param>
/// <param name="GlobalStep">Steps that the model was trained for, in all runs with this folder; 0 for a model that only <c>init_checkpoint</c> gave.</param>
/// <param name="TrainSeconds">How long this run has trained.</param>
/// <param name="Metrics">
/// <c>train_loss</c> where it trained; <c>eval_accuracy</c>, <c>eval_loss</c> and <c>loss</c> as in <c>eval_results.txt</c>, and further measures of the dev set
/// (<c>eval_f1_macro</c>, <c>eval_mcc</c>, …), where it evaluated.
/// </param>
/// <param name="PredictedCount">Lines of <c>test_results.tsv</c>; 0 where it did not predict.</param>
/// <param name="UntrainedWeights">Names of weights that no checkpoint had and that were not trained either: results mean nothing when there are any.</param>
public sealed record RunClassifierResult(
    string OutputDir, int GlobalStep, double TrainSeconds, IReadOnlyDictionary<string, double> Metrics, int PredictedCount, IReadOnlyList<string> UntrainedWeights);
