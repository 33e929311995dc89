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

    /// <summary>Keys of one attention head, in panels.</summary>
    Keys,

    /// <summary>Values of one attention head, in panels.</summary>
    Values,

    /// <summary>Attention scores of a block of queries.</summary>
    Scores,

    /// <summary>Gradients of attention scores.</summary>
    ScoreGradients,

    /// <summary>The number of uses.</summary>
    Count,
}
