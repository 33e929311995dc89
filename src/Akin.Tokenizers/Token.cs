namespace Akin.Tokenizers;

/// <summary>A token of one text before the special tokens are put in.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text in the vocabulary, or the matched text for an added token.</param>
/// <param name="Start">Where it starts in the original text, in UTF-16 units.</param>
/// <param name="End">One past its end in the original text.</param>
/// <param name="Word">The index of the word (or piece) that it belongs to.</param>
internal readonly record struct Token(int Id, string Text, int Start, int End, int Word);
