namespace Akin.Pipelines;

/// <summary>A text that a model has written.</summary>
/// <param name="Text">The text.</param>
/// <param name="Tokens">All tokens, those that were given and special ones included.</param>
/// <param name="Score">Of beam search: how good the model finds it, a log-probability; else <see langword="null"/>.</param>
public sealed record GeneratedText(string Text, IReadOnlyList<int> Tokens, double? Score);
