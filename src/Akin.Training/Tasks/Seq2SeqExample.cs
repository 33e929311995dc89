namespace Akin.Training.Tasks;

/// <summary>A text to read and the text to write for it.</summary>
/// <param name="Text">The text to read.</param>
/// <param name="Labels">The tokens to write, the end included, −100 where one does not count.</param>
public sealed record Seq2SeqExample(EncodedText Text, ReadOnlyMemory<int> Labels);
