namespace Akin.Client.Messages;

/// <summary>Where the words of a query stand in a document.</summary>
/// <param name="Title">Places in the title.</param>
/// <param name="Text">Places in the text.</param>
/// <param name="Snippet">The part of the text in which most of them stand.</param>
public sealed record HitHighlights(IReadOnlyList<TextPlace> Title, IReadOnlyList<TextPlace> Text, TextPlace Snippet);
