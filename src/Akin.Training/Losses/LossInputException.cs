namespace Akin.Training.Losses;

/// <summary>The data does not fit the loss.</summary>
/// <param name="message">What the loss wants, what was found, and where.</param>
public sealed class LossInputException(string message) : Exception(message);
