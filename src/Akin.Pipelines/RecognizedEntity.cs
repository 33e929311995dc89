namespace Akin.Pipelines;

/// <summary>An entity in a text, such as a name, or with <see cref="AggregationStrategy.None"/> a single piece.</summary>
/// <param name="Label">Its label without <c>B-</c> or <c>I-</c>; of a single piece the whole label.</param>
/// <param name="Score">The mean probability of its words, or pieces.</param>
/// <param name="Word">The entity as the tokenizer spells it; the text itself is <c>text[Start..End]</c>.</param>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="End">One past its end.</param>
/// <param name="Index">The place of a single piece among the tokens, special ones included; else <see langword="null"/>.</param>
public sealed record RecognizedEntity(string Label, float Score, string Word, int Start, int End, int? Index = null);
