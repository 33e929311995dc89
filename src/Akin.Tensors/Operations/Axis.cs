namespace Akin.Tensors.Operations;

/// <summary>One dimension of a shape: the tensor is so many outer blocks of so many places of so many inner numbers.</summary>
/// <remarks>A line is what one meets when only the place changes: there are outer × inner of them.</remarks>
internal readonly struct Axis
{
    private readonly Shape _shape;
    private readonly int _index;

    /// <param name="shape">The shape.</param>
    /// <param name="axis">Which dimension; from 0, or from -1 counted from the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public Axis(Shape shape, int axis)
    {
        _shape = shape;
        _index = IndexOf(shape, axis);
        Length = shape[_index];
        OuterCount = 1;
        for (int i = 0; i < _index; i++)
        {
            OuterCount *= shape[i];
        }

        InnerCount = 1;
        for (int i = _index + 1; i < shape.Rank; i++)
        {
            InnerCount *= shape[i];
        }
    }

    public int OuterCount { get; }

    public int Length { get; }

    public int InnerCount { get; }

    public int LineCount => OuterCount * InnerCount;

    /// <summary>Whether every line is contiguous.</summary>
    public bool IsLast => InnerCount == 1;

    public static int IndexOf(Shape shape, int axis) => axis >= -shape.Rank && axis < shape.Rank
        ? axis < 0 ? axis + shape.Rank : axis
        : throw new ArgumentOutOfRangeException(
            nameof(axis), axis, $"The shape {shape} has {shape.Rank} dimensions: possible are {-shape.Rank} to {shape.Rank - 1}.");

    /// <summary>Where a line begins; its numbers are <see cref="InnerCount"/> apart.</summary>
    public int LineStart(int line) => (line / InnerCount * Length * InnerCount) + (line % InnerCount);

    /// <summary>The same shape with another length of this dimension.</summary>
    public Shape Resized(int length)
    {
        int[] lengths = _shape.ToArray();
        lengths[_index] = length;
        return new Shape(lengths);
    }

    /// <summary>The shape of one number for every line.</summary>
    public Shape Reduced(bool keepsAxis)
    {
        if (keepsAxis)
        {
            return Resized(1);
        }

        int[] lengths = _shape.ToArray();
        return new Shape([.. lengths[.._index], .. lengths[(_index + 1)..]]);
    }
}
