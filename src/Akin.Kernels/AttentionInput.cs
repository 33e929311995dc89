namespace Akin.Kernels;

/// <summary>Queries, keys and values of a ragged batch, and how attention looks at them.</summary>
/// <remarks>
/// A row is one token; head h lies at <c>[h · headSize, (h + 1) · headSize)</c> of a row. Rows are a stride apart, so queries, keys and
/// values may be column blocks of one fused matrix: give spans that begin at the block's first element.
/// </remarks>
public readonly ref struct AttentionInput
{
    /// <summary><c>[query tokens, headCount · headSize]</c>.</summary>
    public required ReadOnlySpan<float> Query { get; init; }

    /// <summary><c>[key tokens, headCount · headSize]</c>.</summary>
    public required ReadOnlySpan<float> Key { get; init; }

    /// <summary><c>[key tokens, headCount · headSize]</c>.</summary>
    public required ReadOnlySpan<float> Value { get; init; }

    /// <summary>Floats from one query row to the next.</summary>
    public required int QueryStride { get; init; }

    /// <summary>Floats from one key row to the next.</summary>
    public required int KeyStride { get; init; }

    /// <summary>Floats from one value row to the next.</summary>
    public required int ValueStride { get; init; }

    /// <summary>First query row of each sequence, and the end: <c>[batch + 1]</c>, from 0, ascending.</summary>
    public required ReadOnlySpan<int> QueryOffsets { get; init; }

    /// <summary>First key row of each sequence, and the end: <c>[batch + 1]</c>. The query offsets unless this is cross attention.</summary>
    public required ReadOnlySpan<int> KeyOffsets { get; init; }

    /// <summary>Attention heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Floats of a head in a row.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Multiplies <c>q · k</c>; usually <c>1 / √headSize</c>.</summary>
    public required float Scale { get; init; }

    /// <summary>
    /// Whether a query sees only keys up to its own place. With more keys than queries (a cache), the last query sees the last key:
    /// query i sees keys <c>0 … i + keyCount - queryCount</c>. Default: it sees all.
    /// </summary>
    public bool Causal { get; init; }

    /// <summary>
    /// Added to the scaled scores, <c>[headCount, 2 · maxDistance + 1]</c>, looked up by
    /// <c>clamp(keyPosition - queryPosition, ±maxDistance) + maxDistance</c>; empty for none (MPNet, T5, ALiBi).
    /// </summary>
    public ReadOnlySpan<float> RelativeBias { get; init; }

    /// <summary>Probability of dropping a number of the softmax, in training. Default: 0, none.</summary>
    public float Dropout { get; init; }

    /// <summary>Chooses which numbers <see cref="Dropout"/> drops.</summary>
    public ulong DropoutKey { get; init; }

    /// <summary>Positions of the query rows for <see cref="RelativeBias"/>; empty: the index in the sequence.</summary>
    public ReadOnlySpan<int> QueryPositions { get; init; }

    /// <summary>Positions of the key rows for <see cref="RelativeBias"/>; empty: the index in the sequence.</summary>
    public ReadOnlySpan<int> KeyPositions { get; init; }
}
