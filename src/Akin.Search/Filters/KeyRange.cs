namespace Akin.Search.Filters;

/// <summary>Keys from <paramref name="First"/> to <paramref name="End"/>, in the order of their bytes.</summary>
/// <param name="First">The first key.</param>
/// <param name="End">The key before which the range ends.</param>
internal readonly record struct KeyRange(byte[] First, byte[] End)
{
    /// <summary>One key alone.</summary>
    public static KeyRange Of(byte[] key) => new(key, After(key));

    /// <summary>All keys of a kind.</summary>
    public static KeyRange OfKind(byte kind) => new([kind], [(byte)(kind + 1)]);

    /// <summary>The keys of a kind that compare to one of the same kind as the operator wants.</summary>
    public static KeyRange Ordered(byte[] key, FieldOperator order) => order switch
    {
        FieldOperator.Greater => new(After(key), [(byte)(key[0] + 1)]),
        FieldOperator.GreaterOrEqual => new(key, [(byte)(key[0] + 1)]),
        FieldOperator.Less => new([key[0]], key),
        FieldOperator.LessOrEqual => new([key[0]], After(key)),
        _ => Of(key),
    };

    /// <summary>The next key: a longer one comes right after its beginning.</summary>
    private static byte[] After(byte[] key) => [.. key, 0];
}
