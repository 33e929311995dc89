namespace Akin.Pipelines;

/// <summary>An answer that was found in a context.</summary>
/// <param name="Text">The part of the context; empty for "no answer".</param>
/// <param name="Score">Its probability within its window: that of its start times that of its end.</param>
/// <param name="Start">Where it starts in the context.</param>
/// <param name="End">Where it ends in the context, exclusive.</param>
public readonly record struct ExtractedAnswer(string Text, float Score, int Start, int End);
