namespace Akin.Training.Metrics.Entities;

/// <summary>An entity in a sequence of tags.</summary>
/// <param name="Type">The type behind the prefix: <c>PER</c> of <c>B-PER</c>; <c>_</c> for a bare prefix.</param>
/// <param name="First">The place of its first tag.</param>
/// <param name="Last">The place of its last tag.</param>
public readonly record struct LabelledSpan(string Type, int First, int Last);
