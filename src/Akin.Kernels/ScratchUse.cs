namespace Akin.Kernels;

/// <summary>The working buffers of a thread (<see cref="NativeBuffer.Scratch"/>).</summary>
internal enum ScratchUse
{
    /// <summary>Rows of the left matrix, laid out for the kernel.</summary>
    LeftRows,

    /// <summary>The right matrix in panels, packed for one call.</summary>
    RightPanels,

    /// <summary>A block of the product before its epilogue.</summary>
    Product,

    /// <summary>Queries of one attention head, in panels.</summary>
    Queries,

    /// <summary>Keys of one attention head, in panels.</summary>
    Keys,

    /// <summary>Values of one attention head, in panels.</summary>
    Values,

    /// <summary>Gradients of the contexts of one attention head, in panels.</summary>
    ContextGradients,

    /// <summary>Attention scores of a block of queries, or their gradients.</summary>
    Scores,

    /// <summary>The number of uses.</summary>
    Count,
}
