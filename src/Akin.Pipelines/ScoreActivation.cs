namespace Akin.Pipelines;

/// <summary>What becomes of the raw scores of a classifier or a <see cref="CrossEncoder"/>; transformers' <c>function_to_apply</c>.</summary>
public enum ScoreActivation
{
    /// <summary>Nothing: ratings, or log-odds.</summary>
    Identity,

    /// <summary>Each is brought into 0 to 1 on its own, <c>1 / (1 + e⁻ˣ)</c>.</summary>
    Sigmoid,

    /// <summary>All are brought to sum 1: of several labels one holds.</summary>
    Softmax,
}
