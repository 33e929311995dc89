namespace Akin.Training.Losses;

/// <summary>What kind of label a loss wants.</summary>
public enum LossLabel
{
    /// <summary>None; a label is refused, since it would be ignored.</summary>
    None,

    /// <summary>A number for every row, such as a similarity from 0 to 1.</summary>
    Score,

    /// <summary>A class number for every row, from 0.</summary>
    Class,

    /// <summary>1 for a row whose texts belong together, 0 for one whose texts do not.</summary>
    ZeroOrOne,

    /// <summary>Of every row the teacher's margins (positive minus negative, one for each negative), or its scores (positive first).</summary>
    Margins,

    /// <summary>Of every row the teacher's scores, one for each passage or document.</summary>
    TeacherScores,

    /// <summary>Of every row the teacher's embedding, or one for each text column.</summary>
    TeacherEmbeddings,
}
