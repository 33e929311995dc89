namespace Akin.Training.Losses;

/// <summary>One form of data that a loss takes.</summary>
/// <param name="Texts">The text columns in words, such as <c>anchor, positive[, negative …]</c>.</param>
/// <param name="FewestTexts">The fewest text columns.</param>
/// <param name="MostTexts">The most text columns; <see cref="int.MaxValue"/> for any number.</param>
/// <param name="Label">The kind of label.</param>
public sealed record LossForm(string Texts, int FewestTexts, int MostTexts, LossLabel Label)
{
    /// <summary>The form in words.</summary>
    public override string ToString() => $"the text columns {Texts} {Label switch
    {
        LossLabel.None => "without a label",
        LossLabel.Score => "with a score",
        LossLabel.Class => "with a class number (0, 1, 2 …) as label",
        LossLabel.ZeroOrOne => "with 1 (they belong together) or 0 (they do not) as label",
        LossLabel.Margins => "with the teacher's margins, or its scores, as label",
        LossLabel.TeacherScores => "with the teacher's scores as label",
        _ => "with the teacher's embedding as label",
    }}";

    internal bool Takes(int textCount, bool hasLabels) => textCount >= FewestTexts && textCount <= MostTexts && hasLabels == (Label != LossLabel.None);
}
