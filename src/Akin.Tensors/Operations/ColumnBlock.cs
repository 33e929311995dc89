namespace Akin.Tensors.Operations;

/// <summary>Neighbouring columns of a matrix: the keys inside a fused query-key-value product.</summary>
/// <param name="Tensor">The matrix.</param>
/// <param name="FirstColumn">Where the block begins.</param>
public readonly record struct ColumnBlock(Tensor Tensor, int FirstColumn)
{
    /// <summary>Floats from one row to the next.</summary>
    public int Stride => Tensor.ColumnCount;

    /// <summary>The numbers from the block's first element on.</summary>
    public Span<float> Span => Of(Tensor);

    /// <summary>The same block of a tensor of the same shape.</summary>
    internal Span<float> Of(Tensor tensor) => tensor.Span.IsEmpty ? [] : tensor.Span[FirstColumn..];
}
