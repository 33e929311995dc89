namespace Akin.Kernels;

/// <summary>
/// What a kernel computes at a time: <c>output[row, column] = ((sums[row, column] + Σ_k left[row, k] · right[k, column]) + bias[column]) + addend[row, column]</c>,
/// for a few rows and one or two panels of columns.
/// </summary>
/// <remarks>Each sum is one chain of fused multiply-adds over ascending k, so its bits do not depend on the other rows and columns.</remarks>
internal unsafe struct Tile
{
    /// <summary>Terms of each sum.</summary>
    public nint Depth;

    /// <summary>Left rows: element (row, k) lies at <c>Left[row * LeftStride + k * LeftStep]</c>, so both orders of storage can be read.</summary>
    public float* Left;

    /// <summary>Floats from one left row to the next.</summary>
    public nint LeftStride;

    /// <summary>Floats from one term to the next.</summary>
    public nint LeftStep;

    /// <summary>Panels of the right matrix, <c>[Depth, PanelWidth]</c> each, aligned.</summary>
    public float* Right;

    /// <summary>Floats from one panel to the next.</summary>
    public nint PanelStride;

    /// <summary>What the sums go on from; null for zero.</summary>
    public float* Sums;

    /// <summary>Floats from one row of it to the next.</summary>
    public nint SumsStride;

    /// <summary>Added to every row when the sums are whole; null for nothing.</summary>
    public float* Bias;

    /// <summary>Added last, laid out as the output, which it may be; null for nothing.</summary>
    public float* Addend;

    /// <summary>Receives every column of the panels.</summary>
    public float* Output;

    /// <summary>Floats from one output row to the next.</summary>
    public nint OutputStride;

    /// <summary>Memory that is needed soon; it need not be readable.</summary>
    public byte* Next;

    /// <summary>Bytes of it to ask for with every other term.</summary>
    public nint NextStep;
}
