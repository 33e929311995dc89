namespace Akin.Kernels;

/// <summary>What <see cref="Gemm"/> does to a product before it is written: <c>output = activation(product + bias) + residual</c>.</summary>
/// <remarks>Every part is optional; <c>default</c> writes the product itself.</remarks>
public readonly ref struct Epilogue
{
    /// <summary>Added to each row, <c>[outputs]</c>; empty for none.</summary>
    public ReadOnlySpan<float> Bias { get; init; }

    /// <summary>Applied after the bias; default <see cref="Activation.None"/>.</summary>
    public Activation Activation { get; init; }

    /// <summary>Receives what the activation is given, <c>[rows, outputs]</c>, for the backward pass; empty when it is not wanted.</summary>
    public Span<float> PreActivation { get; init; }

    /// <summary>Added last, <c>[rows, outputs]</c>; empty for none. It may be the output span itself.</summary>
    public ReadOnlySpan<float> Residual { get; init; }
}
