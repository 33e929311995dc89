namespace Akin.Training.Mining;

/// <summary>What was asked for does not fit itself or the data.</summary>
/// <param name="message">What was found, what is possible, and what to do.</param>
public sealed class MiningOptionException(string message) : Exception(message);
