namespace Akin.Training.Mining;

/// <summary>Which of the candidates become negatives.</summary>
public enum NegativeSampling
{
    /// <summary>The best ones.</summary>
    Top,

    /// <summary>Any of those that the limits allow.</summary>
    Random,
}
