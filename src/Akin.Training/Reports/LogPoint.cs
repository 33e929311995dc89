namespace Akin.Training.Reports;

/// <summary>What was measured at one step of a training.</summary>
/// <param name="Step">The number of optimizer steps done.</param>
/// <param name="Values">The values by name: <c>loss</c>, <c>learning_rate</c>, <c>eval_loss</c>, <c>eval_accuracy</c> …</param>
public sealed record LogPoint(long Step, IReadOnlyDictionary<string, double> Values);
