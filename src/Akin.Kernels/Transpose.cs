namespace Akin.Kernels;

/// <summary>How a row-major matrix enters a product.</summary>
public enum Transpose
{
    /// <summary>As it is stored.</summary>
    No,

    /// <summary>Transposed: stored <c>[columns, rows]</c>.</summary>
    Yes,
}
