namespace Akin.Tensors.Operations;

/// <summary>How a cross-entropy counts its rows; the defaults are PyTorch's.</summary>
public sealed record CrossEntropyOptions
{
    /// <summary>PyTorch's defaults.</summary>
    public static CrossEntropyOptions Default { get; } = new();

    /// <summary>The weight of every class, <c>[classes]</c>. Default: none, all 1.</summary>
    public ReadOnlyMemory<float> Weight { get; init; }

    /// <summary>The share of every target that is spread evenly over all classes, from 0 to 1. Default: 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The label of rows that do not count. Default: -100.</summary>
    public int IgnoreIndex { get; init; } = CrossEntropyOperation.Ignored;

    /// <summary>Mean (the default), sum, or the loss of every row.</summary>
    public Reduction Reduction { get; init; }
}
