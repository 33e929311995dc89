namespace Akin.Tensors.Operations;

/// <summary>How a binary cross-entropy counts its answers; the defaults are PyTorch's.</summary>
public sealed record BinaryCrossEntropyOptions
{
    /// <summary>PyTorch's defaults.</summary>
    public static BinaryCrossEntropyOptions Default { get; } = new();

    /// <summary>Multiplies the losses: a constant of a shape that can be broadcast to theirs. Default: none, all 1.</summary>
    public Tensor? Weight { get; init; }

    /// <summary>The weight of a yes in every class, <c>[classes]</c>: above 1 for classes that are rare. Default: none, all 1.</summary>
    public ReadOnlyMemory<float> PosWeight { get; init; }

    /// <summary>Mean (the default), sum, or the loss of every answer.</summary>
    public Reduction Reduction { get; init; }
}
