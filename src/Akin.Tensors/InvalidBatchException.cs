namespace Akin.Tensors;

/// <summary>A batch that a model cannot take: an id outside its table, a text too long, labels that do not fit. The message names the place and the bounds.</summary>
/// <param name="message">What was found, where, what is possible, and what to do.</param>
public sealed class InvalidBatchException(string message) : Exception(message);
