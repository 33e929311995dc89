namespace Akin.Tensors.Operations;

/// <summary>Two tensors seen with one shape, as NumPy and PyTorch broadcast: dimensions are matched from the last, and a length of 1 is repeated.</summary>
/// <remarks>
/// The shape is walked in rows. Dimensions that lie alike in both tensors are joined, so that tensors of equal shape are a single row. Within a row an
/// operand either runs on (step 1) or stands still (step 0).
/// </remarks>
internal readonly struct Broadcast
{
    private readonly Strides _lengths;
    private readonly Strides _left;
    private readonly Strides _right;

    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public Broadcast(Shape left, Shape right)
    {
        Shape = Join(left, right);
        Strides lengths = Strides.Lengths(Shape);
        Strides leftStrides = Strides.Of(left, Shape);
        Strides rightStrides = Strides.Of(right, Shape);
        ((Span<int>)_lengths).Fill(1);
        int used = 0; // dimensions made so far, counted from the innermost
        for (int i = 1; i <= Shape.MaxRank; i++)
        {
            if (lengths[^i] == 1)
            {
                continue;
            }

            if (used > 0 && leftStrides[^i] == _left[^used] * _lengths[^used] && rightStrides[^i] == _right[^used] * _lengths[^used])
            {
                _lengths[^used] *= lengths[^i];
                continue;
            }

            used++;
            (_lengths[^used], _left[^used], _right[^used]) = (lengths[^i], leftStrides[^i], rightStrides[^i]);
        }

        RowCount = _lengths[0] * _lengths[1] * _lengths[2];
    }

    /// <summary>The shape of the result.</summary>
    public Shape Shape { get; }

    public int RowCount { get; }

    public int RowLength => _lengths[^1];

    /// <summary>From one number of a row to the next: 1 or 0.</summary>
    public int LeftStep => _left[^1];

    /// <inheritdoc cref="LeftStep"/>
    public int RightStep => _right[^1];

    /// <summary>Where a row begins in both operands.</summary>
    public (int Left, int Right) Row(int row)
    {
        int left = 0;
        int right = 0;
        for (int i = 2; i >= 0; i--)
        {
            (row, int place) = Math.DivRem(row, _lengths[i]);
            left += place * _left[i];
            right += place * _right[i];
        }

        return (left, right);
    }

    private static Shape Join(Shape left, Shape right)
    {
        Span<int> lengths = stackalloc int[Shape.MaxRank];
        lengths = lengths[..Math.Max(left.Rank, right.Rank)];
        for (int i = 1; i <= lengths.Length; i++)
        {
            int a = i <= left.Rank ? left[^i] : 1;
            int b = i <= right.Rank ? right[^i] : 1;
            if (a != b && a != 1 && b != 1)
            {
                throw new ArgumentException(
                    $"The shapes {left} and {right} do not fit each other: counted from the last, dimension {i} has lengths {a} and {b}, which must be equal or 1.");
            }

            lengths[^i] = a == 1 ? b : a;
        }

        return new Shape(lengths);
    }
}
