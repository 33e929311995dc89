namespace Akin.Kernels;

/// <summary>Where <see cref="Attention.Backward"/> writes: the same layout as the query, key and value of its input.</summary>
public readonly ref struct AttentionGradients
{
    /// <summary>Gradient of the queries, written over; rows are <see cref="AttentionInput.QueryStride"/> apart.</summary>
    public required Span<float> Query { get; init; }

    /// <summary>Gradient of the keys, written over; rows are <see cref="AttentionInput.KeyStride"/> apart.</summary>
    public required Span<float> Key { get; init; }

    /// <summary>Gradient of the values, written over; rows are <see cref="AttentionInput.ValueStride"/> apart.</summary>
    public required Span<float> Value { get; init; }

    /// <summary>Gradient of <see cref="AttentionInput.RelativeBias"/>, added to what is there; empty when it is not wanted.</summary>
    public Span<float> RelativeBias { get; init; }
}
