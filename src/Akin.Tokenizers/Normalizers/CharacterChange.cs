namespace Akin.Tokenizers.Normalizers;

/// <summary>One code point of a transformed text, and how it came about.</summary>
/// <param name="CodePoint">The code point in the new text.</param>
/// <param name="Change">
/// 0: it replaces one code point of the old text; positive: it is inserted; negative -n: it replaces one, and the n after it are removed.
/// </param>
internal readonly record struct CharacterChange(int CodePoint, int Change);
