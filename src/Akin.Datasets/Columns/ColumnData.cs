namespace Akin.Datasets.Columns;

/// <summary>
/// The values of one column in one batch, in Arrow's layout: a bitmap of what is present and buffers of values, in memory or in a mapped file.
/// Immutable, and safe to read from many threads. Whoever builds one from a file has checked its buffers before.
/// </summary>
internal abstract class ColumnData(Feature feature, int length, ReadOnlyMemory<byte> validity)
{
    public Feature Feature { get; } = feature;

    public int Length { get; } = length;

    /// <summary>A bit per row, set where there is a value; empty when no row is null.</summary>
    public ReadOnlyMemory<byte> Validity { get; } = validity;

    /// <summary>Bytes of all buffers.</summary>
    public abstract long ByteCount { get; }

    /// <summary>The value of a row as a .NET object, or null.</summary>
    public object? this[int index]
    {
        get
        {
            object? value = IsNull(index) ? null : ValueAt(index);

            // The values may lie in a mapped file, which goes when the last column of it does: not before the value is copied out.
            GC.KeepAlive(this);
            return value;
        }
    }

    public virtual bool IsNull(int index) => !Validity.IsEmpty && !Bitmap.IsSet(Validity.Span, index);

    /// <summary>Rows [start, start + count) as one value: an array of the fitting type, for the items of a list.</summary>
    public virtual Array Slice(int start, int count)
    {
        object?[] items = new object?[count];
        for (int index = 0; index < count; index++)
        {
            items[index] = this[start + index];
        }

        return items;
    }

    /// <summary>The same values under another type with the same layout (a class label is an integer).</summary>
    public abstract ColumnData As(Feature feature);

    protected abstract object ValueAt(int index);

    protected bool AnyNull(int start, int count)
    {
        for (int index = start; index < start + count; index++)
        {
            if (IsNull(index))
            {
                return true;
            }
        }

        return false;
    }
}
