namespace Akin.Training.Sentences.Recipes;

/// <summary>What one round has brought.</summary>
/// <param name="Name">The round.</param>
/// <param name="Examples">Rows it was trained on.</param>
/// <param name="Steps">Steps of the optimizer.</param>
/// <param name="TrainSeconds">How long training took.</param>
/// <param name="Metrics">What was measured, <c>eval_…</c>, and <c>train_loss</c>.</param>
public sealed record SentenceRoundResult(string Name, int Examples, int Steps, double TrainSeconds, IReadOnlyDictionary<string, double> Metrics);
