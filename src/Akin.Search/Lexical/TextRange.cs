namespace Akin.Search.Lexical;

/// <summary>A part of a text.</summary>
/// <param name="Start">Where it begins, in UTF-16 units.</param>
/// <param name="End">One past its end.</param>
public readonly record struct TextRange(int Start, int End);
