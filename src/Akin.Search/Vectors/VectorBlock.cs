namespace Akin.Search.Vectors;

/// <summary>
/// A run of rows, ascending, ready to be scanned: float32 vectors (of unit length where the metric is cosine) and int8 codes.
/// A deleted row is blanked: its scores become NaN, which every selection ranks last, so that scanning need not look at deletions at all.
/// </summary>
internal abstract class VectorBlock(int dimension)
{
    public int Dimension { get; } = dimension;

    /// <summary>Rows, blanked ones included.</summary>
    public abstract int Count { get; }

    /// <summary>The store's row numbers.</summary>
    public abstract ReadOnlySpan<long> Rows { get; }

    /// <summary>What one step of each row's codes is worth.</summary>
    public abstract ReadOnlySpan<float> Scales { get; }

    /// <summary>Half of each vector's squared length; empty unless the metric is Euclidean.</summary>
    public abstract ReadOnlySpan<float> HalfSquares { get; }

    /// <summary>Vectors `[count, dimension]`.</summary>
    public abstract ReadOnlySpan<float> Vectors(int first, int count);

    /// <summary>Codes `[count, dimension]`.</summary>
    public abstract ReadOnlySpan<sbyte> Codes(int first, int count);

    /// <summary>Makes a row lose every comparison, if it is here and was not blanked before.</summary>
    /// <returns>Whether it was.</returns>
    public bool Blank(long row)
    {
        int position = Rows.BinarySearch(row);
        if (position < 0 || float.IsNaN(Scales[position]))
        {
            return false;
        }

        BlankAt(position);
        return true;
    }

    /// <summary>Writes NaN over the first float of the vector and over the scale of its codes. A search that runs meanwhile sees the old or the new value.</summary>
    protected abstract void BlankAt(int position);
}
