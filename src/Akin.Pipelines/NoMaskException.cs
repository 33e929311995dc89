namespace Akin.Pipelines;

/// <summary>A text has no mask that could be filled.</summary>
/// <param name="text">The text.</param>
/// <param name="mask">How a mask is written.</param>
public sealed class NoMaskException(string text, string mask) : Exception(
    $"There is no {mask} in \"{(text.Length > 60 ? text[..60] + "…" : text)}\", or it stands behind the longest text the model takes: write {mask} where a word is to be found.");
