namespace Akin.Client.Messages;

/// <summary>A class that a text may have.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Score">How likely it is, 0 … 1.</param>
public sealed record ScoredLabel(string Label, double Score);
