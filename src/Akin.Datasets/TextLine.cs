namespace Akin.Datasets;

/// <summary>One line of a text file.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Text">The line without its end.</param>
public readonly record struct TextLine(int Number, string Text);
