namespace Akin.Datasets.Processors;

/// <summary>A text or a pair of texts with its label, as a <see cref="DataProcessor"/> reads it.</summary>
/// <param name="Guid">Tells it from the others, such as <c>train-17</c>.</param>
/// <param name="TextA">The text, or the first of a pair.</param>
/// <param name="TextB">The second text of a pair; null for a single text.</param>
/// <param name="Label">One of the task's labels; null in a test set.</param>
public sealed record InputExample(string Guid, string TextA, string? TextB = null, string? Label = null);
