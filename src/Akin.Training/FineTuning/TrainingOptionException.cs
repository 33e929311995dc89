namespace Akin.Training.FineTuning;

/// <summary>What was asked for does not fit the model, the data or itself.</summary>
/// <param name="message">What was found, what is possible, and what to do.</param>
public sealed class TrainingOptionException(string message) : Exception(message);
