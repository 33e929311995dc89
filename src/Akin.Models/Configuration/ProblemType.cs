namespace Akin.Models.Configuration;

/// <summary>What a sequence classifier's scores mean; it decides the loss.</summary>
public enum ProblemType
{
    /// <summary>Numbers: mean squared error.</summary>
    Regression,

    /// <summary>One of several classes: cross-entropy.</summary>
    SingleLabel,

    /// <summary>Any number of classes: binary cross-entropy.</summary>
    MultiLabel,
}
