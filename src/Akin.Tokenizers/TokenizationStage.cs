namespace Akin.Tokenizers;

/// <summary>What a text was after a stage of a tokenizer.</summary>
/// <param name="Stage">The kind of stage: <c>text</c>, <c>added tokens</c>, <c>normalizer</c>, <c>pre-tokenizer</c>, <c>model</c> or <c>post-processor</c>.</param>
/// <param name="Component">The component that did it, as <c>tokenizer.json</c> names it; empty for the first two.</param>
/// <param name="Pieces">The pieces of the text; from the model on its tokens.</param>
public sealed record TokenizationStage(string Stage, string Component, IReadOnlyList<string> Pieces);
