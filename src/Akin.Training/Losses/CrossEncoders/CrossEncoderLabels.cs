namespace Akin.Training.Losses.CrossEncoders;

/// <summary>What kind of labels a cross-encoder's loss wants.</summary>
public enum CrossEncoderLabels
{
    /// <summary>None; labels are refused, since they would be ignored.</summary>
    None,

    /// <summary>From 0 to 1, one for each document.</summary>
    Probability,

    /// <summary>Any number, one for each document.</summary>
    Score,

    /// <summary>A class number from 0, one for each document.</summary>
    Class,

    /// <summary>A degree of relevance from 0, one for each document.</summary>
    Grade,

    /// <summary>A teacher's margins (positive minus negative, one for each negative), or its scores (one for each document).</summary>
    Margins,
}
