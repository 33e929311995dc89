namespace Akin.Training.Losses;

/// <summary>How the difference of a prediction from its label counts.</summary>
public enum ErrorMeasure
{
    /// <summary>The mean of the squares.</summary>
    Squared,

    /// <summary>The mean of the absolute values.</summary>
    Absolute,
}
