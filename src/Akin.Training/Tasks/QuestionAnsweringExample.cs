namespace Akin.Training.Tasks;

/// <summary>A question and a text with the place of the answer in it.</summary>
/// <param name="Text">The pair of question and text.</param>
/// <param name="StartPosition">The answer's first token, from 0 in the pair; 0 (the first special token) for "no answer"; beyond the end: does not count.</param>
/// <param name="EndPosition">The answer's last token, likewise.</param>
public sealed record QuestionAnsweringExample(EncodedText Text, int StartPosition, int EndPosition);
