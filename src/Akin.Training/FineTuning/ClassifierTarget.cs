namespace Akin.Training.FineTuning;

/// <summary>What a classifier learns to say of a text.</summary>
public enum ClassifierTarget
{
    /// <summary>One label of a list (cross-entropy).</summary>
    SingleLabel,

    /// <summary>Any number of labels of a list (binary cross-entropy).</summary>
    MultiLabel,

    /// <summary>A number (mean squared error).</summary>
    Regression,
}
