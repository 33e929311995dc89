namespace Akin.Kernels.TierProbe;

/// <summary>Random queries, keys and values of a ragged batch: three column blocks of one fused matrix, or apart for cross attention.</summary>
public sealed class AttentionCase
{
    private readonly bool _hasPositions;

    public AttentionCase(int seed, int headCount, int headSize, int[] queryLengths, int[]? keyLengths = null)
    {
        Random random = new(seed);
        HeadCount = headCount;
        HeadSize = headSize;
        QueryOffsets = Offsets(queryLengths);
        KeyOffsets = Offsets(keyLengths ?? queryLengths);
        IsFused = keyLengths is null;
        Stride = IsFused ? (3 * Hidden) + 1 : Hidden;
        if (IsFused)
        {
            Rows = Check.Numbers(random, QueryTokens * Stride);
            Query = Rows.AsMemory(0);
            Key = Rows.AsMemory(Math.Min(Hidden, Rows.Length));
            Value = Rows.AsMemory(Math.Min(2 * Hidden, Rows.Length));
        }
        else
        {
            Rows = [];
            Query = Check.Numbers(random, QueryTokens * Hidden);
            Key = Check.Numbers(random, KeyTokens * Hidden);
            Value = Check.Numbers(random, KeyTokens * Hidden);
        }

        IsCausal = random.Next(2) == 0;
        int maxDistance = random.Next(9);
        RelativeBias = random.Next(3) == 0 ? [] : Check.Numbers(random, headCount * ((2 * maxDistance) + 1));
        _hasPositions = random.Next(3) == 0;
        QueryPositions = _hasPositions ? Positions(random, QueryTokens) : [];
        KeyPositions = _hasPositions ? Positions(random, KeyTokens) : [];
        Scale = 3 / MathF.Sqrt(headSize);
    }

    public int HeadCount { get; }

    public int HeadSize { get; }

    public int Hidden => HeadCount * HeadSize;

    public bool IsFused { get; }

    public int Stride { get; }

    public float[] Rows { get; }

    public Memory<float> Query { get; }

    public Memory<float> Key { get; }

    public Memory<float> Value { get; }

    public int[] QueryOffsets { get; }

    public int[] KeyOffsets { get; }

    public bool IsCausal { get; }

    public float[] RelativeBias { get; }

    public int[] QueryPositions { get; }

    public int[] KeyPositions { get; }

    public float Scale { get; }

    public int QueryTokens => QueryOffsets[^1];

    public int KeyTokens => KeyOffsets[^1];

    public AttentionInput Input => InputOf(Query.Span, Key.Span, Value.Span);

    /// <summary>The same case over memory of the caller's.</summary>
    public AttentionInput InputOf(ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> value) => new()
    {
        Query = query,
        Key = key,
        Value = value,
        QueryStride = Stride,
        KeyStride = Stride,
        ValueStride = Stride,
        QueryOffsets = QueryOffsets,
        KeyOffsets = KeyOffsets,
        HeadCount = HeadCount,
        HeadSize = HeadSize,
        Scale = Scale,
        Causal = IsCausal,
        RelativeBias = RelativeBias,
        QueryPositions = QueryPositions,
        KeyPositions = KeyPositions,
    };

    public override string ToString() =>
        $"{HeadCount}x{HeadSize} queries [{string.Join(",", QueryOffsets)}] keys [{string.Join(",", KeyOffsets)}] " +
        $"causal {IsCausal} bias {RelativeBias.Length} positions {_hasPositions}";

    private static int[] Offsets(int[] lengths)
    {
        int[] offsets = new int[lengths.Length + 1];
        for (int i = 0; i < lengths.Length; i++)
        {
            offsets[i + 1] = offsets[i] + lengths[i];
        }

        return offsets;
    }

    private static int[] Positions(Random random, int count)
    {
        int[] positions = new int[count];
        for (int i = 0; i < count; i++)
        {
            positions[i] = random.Next(20);
        }

        return positions;
    }
}
