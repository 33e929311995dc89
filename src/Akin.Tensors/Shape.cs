namespace Akin.Tensors;

/// <summary>The lengths of a tensor's dimensions, outermost first; at most four, none of them negative.</summary>
/// <remarks>A scalar has no dimensions. Operations see every tensor as a matrix: <see cref="RowCount"/> rows of <see cref="ColumnCount"/> floats.</remarks>
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>The most dimensions a shape can have.</summary>
    public const int MaxRank = 4;

    private readonly int _first, _second, _third, _fourth;

    /// <summary>Makes a shape.</summary>
    /// <param name="dimensions">The lengths, outermost first.</param>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxRank"/> dimensions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative.</exception>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        if (dimensions.Length > MaxRank)
        {
            throw new ArgumentException($"A shape has at most {MaxRank} dimensions, not {dimensions.Length}.", nameof(dimensions));
        }

        foreach (int length in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(dimensions));
        }

        Rank = dimensions.Length;
        _first = Rank > 0 ? dimensions[0] : 1;
        _second = Rank > 1 ? dimensions[1] : 1;
        _third = Rank > 2 ? dimensions[2] : 1;
        _fourth = Rank > 3 ? dimensions[3] : 1;
    }

    /// <summary>The shape of a single number.</summary>
    public static Shape Scalar => new([]);

    /// <summary>How many dimensions there are: 0 for a scalar.</summary>
    public int Rank { get; }

    /// <summary>How many numbers a tensor of this shape holds.</summary>
    public long ElementCount => Rank == 0 ? 1 : (long)_first * _second * _third * _fourth;

    /// <summary>The last length; 1 for a scalar.</summary>
    public int ColumnCount => Rank == 0 ? 1 : this[Rank - 1];

    /// <summary>The product of all lengths but the last; 1 for a scalar or a vector.</summary>
    public int RowCount
    {
        get
        {
            long count = 1;
            for (int i = 0; i < Rank - 1; i++)
            {
                count *= this[i];
            }

            return checked((int)count);
        }
    }

    /// <summary>The length of one dimension.</summary>
    /// <param name="dimension">0 is the outermost.</param>
    public int this[int dimension] => (uint)dimension >= (uint)Rank
        ? throw new ArgumentOutOfRangeException(nameof(dimension), dimension, $"The shape {this} has {Rank} dimensions.")
        : dimension switch { 0 => _first, 1 => _second, 2 => _third, _ => _fourth };

    /// <summary>The length of one dimension, also counted from the end: <c>shape[^1]</c> is the last.</summary>
    /// <param name="dimension">0 is the outermost.</param>
    public int this[Index dimension] => this[dimension.GetOffset(Rank)];

    /// <summary>Whether two shapes have the same lengths.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ in a length.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Shape other) =>
        Rank == other.Rank && _first == other._first && _second == other._second && _third == other._third && _fourth == other._fourth;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rank, _first, _second, _third, _fourth);

    /// <summary>The lengths as an array, outermost first.</summary>
    public int[] ToArray()
    {
        int[] lengths = new int[Rank];
        for (int i = 0; i < Rank; i++)
        {
            lengths[i] = this[i];
        }

        return lengths;
    }

    /// <summary>For example <c>[32, 384]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", ToArray())}]";
}
