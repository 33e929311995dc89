namespace Akin.Datasets.Collators;

/// <summary>One tensor of a batch: integers of 64 bits or numbers of 32 bits, as PyTorch's collators make them.</summary>
public sealed class CollatedTensor
{
    /// <summary>A tensor of integers.</summary>
    /// <param name="shape">Its sizes, outermost first.</param>
    /// <param name="integers">Its values, row-major.</param>
    /// <exception cref="DatasetException">The values do not fill the shape.</exception>
    public CollatedTensor(IReadOnlyList<int> shape, long[] integers)
        : this(shape, integers.Length) => Integers = integers;

    /// <summary>A tensor of numbers.</summary>
    /// <param name="shape">Its sizes, outermost first.</param>
    /// <param name="numbers">Its values, row-major.</param>
    /// <exception cref="DatasetException">The values do not fill the shape.</exception>
    public CollatedTensor(IReadOnlyList<int> shape, float[] numbers)
        : this(shape, numbers.Length) => Numbers = numbers;

    private CollatedTensor(IReadOnlyList<int> shape, int count)
    {
        Shape = shape;
        if (shape.Aggregate(1L, (product, size) => product * size) != count)
        {
            throw new DatasetException($"{count} values do not fill a tensor of {string.Join(" × ", shape)}.");
        }
    }

    /// <summary>The sizes, outermost first.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The values of a tensor of integers, row-major; else null.</summary>
    public long[]? Integers { get; }

    /// <summary>The values of a tensor of numbers, row-major; else null.</summary>
    public float[]? Numbers { get; }
}
