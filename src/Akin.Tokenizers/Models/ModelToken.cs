namespace Akin.Tokenizers.Models;

/// <summary>A token that a model found in a piece.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text in the vocabulary, such as <c>##ing</c>; null for the text of the piece from <paramref name="Start"/> to <paramref name="End"/>.</param>
/// <param name="Start">Where it starts in the piece, in UTF-16 units.</param>
/// <param name="End">One past its end in the piece.</param>
public readonly record struct ModelToken(int Id, string? Text, int Start, int End);
