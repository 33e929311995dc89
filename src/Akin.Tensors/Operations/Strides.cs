using System.Runtime.CompilerServices;

namespace Akin.Tensors.Operations;

/// <summary>A number for each of the four dimensions a shape can have, outermost first.</summary>
[InlineArray(Shape.MaxRank)]
internal struct Strides
{
    private int _first;

    /// <summary>From one place of a dimension to the next in a contiguous tensor; 0 where it is seen broadcast to a larger shape.</summary>
    /// <param name="shape">The tensor's own shape.</param>
    /// <param name="seenAs">The shape it is broadcast to.</param>
    public static Strides Of(Shape shape, Shape seenAs)
    {
        Strides strides = default;
        int stride = 1;
        for (int i = 1; i <= shape.Rank; i++)
        {
            int length = shape[^i];
            strides[^i] = length == 1 && seenAs[^i] != 1 ? 0 : stride;
            stride *= length;
        }

        return strides;
    }

    /// <summary>The lengths of a shape; 1 for the dimensions it lacks.</summary>
    public static Strides Lengths(Shape shape)
    {
        Strides lengths = default;
        for (int i = 1; i <= Shape.MaxRank; i++)
        {
            lengths[^i] = i <= shape.Rank ? shape[^i] : 1;
        }

        return lengths;
    }
}
