namespace Akin.Client.Messages;

/// <summary>A part of a text, in UTF-16 units, as C#, Java and JavaScript count.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">One past its end.</param>
public sealed record TextPlace(int Start, int End);
