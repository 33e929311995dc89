namespace Akin.Training.Losses.CrossEncoders;

/// <summary>A query with one or several documents.</summary>
/// <param name="Query">The first text.</param>
/// <param name="Documents">The texts it is scored with: one; a positive and its negatives; or a list to be ranked.</param>
/// <param name="Labels">What the loss wants: a label for every document, margins, or nothing.</param>
public sealed record CrossEncoderExample(string Query, IReadOnlyList<string> Documents, IReadOnlyList<float> Labels);
