using Akin.Training.Sentences;

namespace Akin.Training.Losses;

/// <summary>What a loss for bare sentences makes of them.</summary>
/// <param name="Examples">The examples.</param>
/// <param name="Columns">The names of the text columns.</param>
/// <param name="LabelColumn">What the labels are called; <see langword="null"/> for none.</param>
public sealed record TextExamples(IReadOnlyList<SentenceExample> Examples, IReadOnlyList<string> Columns, string? LabelColumn);
