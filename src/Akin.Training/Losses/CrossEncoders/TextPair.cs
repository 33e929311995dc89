namespace Akin.Training.Losses.CrossEncoders;

/// <summary>Two texts that are scored together.</summary>
/// <param name="Query">The first.</param>
/// <param name="Document">The second.</param>
public readonly record struct TextPair(string Query, string Document);
