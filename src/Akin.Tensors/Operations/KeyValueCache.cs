namespace Akin.Tensors.Operations;

/// <summary>
/// The keys and values of one attention layer for the tokens that earlier passes have read, so that a decoder computes only what is new. Every sequence
/// has its own rows, so that sequences of any length stand side by side without padding.
/// </summary>
/// <remarks>A row is a token's keys, then its values, <c>[2 · heads · headSize]</c>. For inference only. Not thread-safe.</remarks>
public sealed class KeyValueCache
{
    private readonly bool _isFixed;
    private readonly Stack<float[]> _idle = []; // of sequences that have ended
    private List<Rows> _sequences = [];

    /// <summary>Makes an empty cache.</summary>
    /// <param name="isFixed">Whether what is added stays as it is, as the states of an encoder: sequences may share their rows then.</param>
    public KeyValueCache(bool isFixed = false) => _isFixed = isFixed;

    /// <summary>How many sequences have rows.</summary>
    public int SequenceCount => _sequences.Count;

    /// <summary>How many tokens of a sequence there are; 0 for one that is new.</summary>
    /// <param name="sequence">From 0.</param>
    public int Length(int sequence) => sequence < _sequences.Count ? _sequences[sequence].Count : 0;

    /// <summary>Adds rows to every sequence of a batch.</summary>
    /// <param name="keyValue">Keys, then values of the new tokens, <c>[new tokens, 2 · heads · headSize]</c> within wider rows.</param>
    /// <param name="batch">Where each sequence's new tokens are.</param>
    public void Append(ColumnBlock keyValue, RaggedBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int width = keyValue.Stride - keyValue.FirstColumn;
        ReadOnlySpan<int> offsets = batch.Offsets.Span;
        for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
        {
            if (sequence == _sequences.Count)
            {
                _sequences.Add(new Rows());
            }

            Rows rows = _sequences[sequence];
            int count = offsets[sequence + 1] - offsets[sequence];
            Reserve(rows, (rows.Count + count) * width);
            for (int token = 0; token < count; token++)
            {
                keyValue.Tensor.Row(offsets[sequence] + token)[keyValue.FirstColumn..].CopyTo(rows.Values.AsSpan((rows.Count + token) * width));
            }

            rows.Count += count;
        }
    }

    /// <summary>Chooses the sequences to go on with: one may be left out, or chosen several times to go on in different ways.</summary>
    /// <param name="order">For each sequence from now on, the one it was.</param>
    public void Select(ReadOnlySpan<int> order)
    {
        List<Rows> selected = new(order.Length);
        HashSet<int> moved = [];
        foreach (int sequence in order)
        {
            selected.Add(_isFixed || moved.Add(sequence) ? _sequences[sequence] : Copy(_sequences[sequence]));
        }

        for (int sequence = 0; !_isFixed && sequence < _sequences.Count; sequence++)
        {
            if (!moved.Contains(sequence))
            {
                _idle.Push(_sequences[sequence].Values);
            }
        }

        _sequences = selected;
    }

    /// <summary>Forgets the tokens of all sequences.</summary>
    public void Clear() => _sequences.ForEach(rows => rows.Count = 0);

    internal ReadOnlySpan<float> Values(int sequence) => _sequences[sequence].Values;

    private Rows Copy(Rows rows)
    {
        Rows copy = new();
        Reserve(copy, rows.Values.Length);
        rows.Values.CopyTo(copy.Values, 0);
        copy.Count = rows.Count;
        return copy;
    }

    private void Reserve(Rows rows, int length)
    {
        if (length > rows.Values.Length)
        {
            float[] values = _idle.TryPop(out float[]? idle) && idle.Length >= length
                ? idle
                : GC.AllocateUninitializedArray<float>(Math.Max(length, checked(rows.Values.Length * 2)));
            rows.Values.CopyTo(values, 0);
            rows.Values = values;
        }
    }

    private sealed class Rows
    {
        public float[] Values { get; set; } = [];

        public int Count { get; set; }
    }
}
