namespace Akin.Tensors.Operations;

/// <summary>How attention looks at its keys.</summary>
public sealed record AttentionOptions
{
    /// <summary>How many heads the columns are divided into.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Floats of a head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Whether a token sees only itself and what stands before it. Default: it sees its whole sequence.</summary>
    public bool IsCausal { get; init; }

    /// <summary>Multiplies scores before the softmax. Default: <c>1 / √headSize</c>.</summary>
    public float? Scale { get; init; }

    /// <summary>Probability that a weight of the softmax is dropped in training. Default: 0.</summary>
    public float Dropout { get; init; }
}
