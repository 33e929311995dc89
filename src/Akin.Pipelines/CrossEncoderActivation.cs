namespace Akin.Pipelines;

/// <summary>What becomes of the raw scores of a <see cref="CrossEncoder"/>.</summary>
public enum CrossEncoderActivation
{
    /// <summary>Nothing: log-odds of models trained with a binary cross-entropy.</summary>
    Identity,

    /// <summary>Each is brought into 0 to 1 on its own, <c>1 / (1 + e⁻ˣ)</c>.</summary>
    Sigmoid,

    /// <summary>Those of a pair are brought to sum 1, for models with several labels of which one holds.</summary>
    Softmax,
}
