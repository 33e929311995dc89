namespace Akin.Training.Sentences.Recipes;

/// <summary>What a recipe has brought.</summary>
/// <param name="OutputDir">Where the last round's model is; the rounds themselves are below it in <c>rounds/</c>.</param>
/// <param name="Rounds">What was measured after each round; the first is the untouched model when there is something to measure with.</param>
public sealed record SentenceLoopResult(string OutputDir, IReadOnlyList<SentenceRoundResult> Rounds);
