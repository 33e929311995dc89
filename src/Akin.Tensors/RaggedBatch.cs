namespace Akin.Tensors;

/// <summary>Token sequences of different lengths, one after the other, without padding.</summary>
/// <remarks>
/// Made to be used again: <see cref="Clear"/> keeps the memory. It must not change between a forward pass and its backward pass. A sequence may be
/// empty: it has no token vectors, and what is read from its first token is read from zeros instead. Not thread-safe.
/// </remarks>
public sealed class RaggedBatch
{
    private int[] _inputIds;
    private int[] _tokenTypeIds;
    private int[] _positionIds;
    private int[] _columns;
    private int[] _offsets;

    /// <summary>Makes an empty batch.</summary>
    /// <param name="numbering">How the model numbers positions: <see cref="PositionNumbering.FromZero"/> unless it says otherwise.</param>
    public RaggedBatch(PositionNumbering numbering = default)
    {
#if DEBUG
        const int InitialCapacity = 1; // every test walks the growth path
#else
        const int InitialCapacity = 1024;
#endif
        Numbering = numbering;
        _inputIds = new int[InitialCapacity];
        _tokenTypeIds = new int[InitialCapacity];
        _positionIds = new int[InitialCapacity];
        _columns = new int[InitialCapacity];
        _offsets = new int[InitialCapacity + 1];
    }

    /// <summary>How positions were numbered.</summary>
    public PositionNumbering Numbering { get; }

    /// <summary>How many sequences there are.</summary>
    public int SequenceCount { get; private set; }

    /// <summary>How many tokens all sequences have together.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Token ids, <c>[tokens]</c>.</summary>
    public ReadOnlyMemory<int> InputIds => _inputIds.AsMemory(0, TokenCount);

    /// <summary>Segment of every token (0 for the first text of a pair, 1 for the second), <c>[tokens]</c>.</summary>
    public ReadOnlyMemory<int> TokenTypeIds => _tokenTypeIds.AsMemory(0, TokenCount);

    /// <summary>Row of the position table for every token, <c>[tokens]</c>.</summary>
    public ReadOnlyMemory<int> PositionIds => _positionIds.AsMemory(0, TokenCount);

    /// <summary>Place of every token in the row it came from, dropped tokens counted, <c>[tokens]</c>: what relative distances are made of.</summary>
    public ReadOnlyMemory<int> Columns => _columns.AsMemory(0, TokenCount);

    /// <summary>The first token of every sequence, and the end: <c>[sequences + 1]</c>.</summary>
    public ReadOnlyMemory<int> Offsets => _offsets.AsMemory(0, SequenceCount + 1);

    /// <summary>How many tokens a sequence has.</summary>
    /// <param name="sequence">From 0.</param>
    public int Length(int sequence) => Offsets.Span[sequence + 1] - Offsets.Span[sequence];

    /// <summary>The last token of every sequence, <c>[sequences]</c>.</summary>
    /// <exception cref="InvalidBatchException">A sequence is empty.</exception>
    public int[] LastTokens()
    {
        int[] last = new int[SequenceCount];
        for (int sequence = 0; sequence < last.Length; sequence++)
        {
            last[sequence] = Length(sequence) > 0 ? _offsets[sequence + 1] - 1 : throw new InvalidBatchException($"Sequence {sequence} has no token, and so no last one.");
        }

        return last;
    }

    /// <summary>Makes a ragged batch of padded rows, as Python's models take them: tokens whose mask is 0 are dropped, the others keep their positions.</summary>
    /// <param name="inputIds">Ids, <c>[rows, length]</c>.</param>
    /// <param name="length">Tokens in a row, padding included.</param>
    /// <param name="attentionMask"><c>[rows, length]</c>, 1 for tokens to keep, 0 for padding; empty: all are kept.</param>
    /// <param name="tokenTypeIds"><c>[rows, length]</c>; empty: all 0.</param>
    /// <param name="positionIds"><c>[rows, length]</c>; empty: as <paramref name="numbering"/> says.</param>
    /// <param name="numbering">How the model numbers positions.</param>
    /// <exception cref="InvalidBatchException">The sizes do not fit each other, or a mask is neither 0 nor 1.</exception>
    public static RaggedBatch FromPadded(
        ReadOnlySpan<int> inputIds,
        int length,
        ReadOnlySpan<int> attentionMask = default,
        ReadOnlySpan<int> tokenTypeIds = default,
        ReadOnlySpan<int> positionIds = default,
        PositionNumbering numbering = default)
    {
        if (length < 1 || inputIds.Length % length != 0)
        {
            throw new InvalidBatchException($"{inputIds.Length} input ids are not whole rows of {length} tokens.");
        }

        RaggedBatch batch = new(numbering);
        for (int start = 0; start < inputIds.Length; start += length)
        {
            batch.AddRow(
                inputIds.Slice(start, length),
                Row(attentionMask, start, length, "attention mask", inputIds.Length),
                Row(tokenTypeIds, start, length, "token type ids", inputIds.Length),
                Row(positionIds, start, length, "position ids", inputIds.Length));
        }

        return batch;
    }

    /// <summary>Removes all sequences; the memory stays.</summary>
    public void Clear()
    {
        SequenceCount = 0;
        TokenCount = 0;
    }

    /// <summary>Adds a sequence.</summary>
    /// <param name="inputIds">Ids, <c>[tokens]</c>.</param>
    /// <param name="tokenTypeIds"><c>[tokens]</c>; empty: all 0.</param>
    /// <exception cref="InvalidBatchException">The lengths differ.</exception>
    public void Add(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds = default)
    {
        if (!tokenTypeIds.IsEmpty && tokenTypeIds.Length != inputIds.Length)
        {
            throw new InvalidBatchException($"Sequence {SequenceCount} has {inputIds.Length} input ids but {tokenTypeIds.Length} token type ids.");
        }

        AddRow(inputIds, [], tokenTypeIds, []);
    }

    /// <summary>Adds the tokens that follow others of their sequence, which earlier passes have read: positions and columns go on from there.</summary>
    /// <param name="tokensBefore">How many tokens stand before them.</param>
    /// <param name="inputIds">Ids, <c>[tokens]</c>.</param>
    /// <exception cref="InvalidBatchException">There are tokens before, and the model's positions depend on what they are.</exception>
    public void AddContinuation(int tokensBefore, ReadOnlySpan<int> inputIds)
    {
        if (tokensBefore > 0 && !Numbering.IsByPlace)
        {
            throw new InvalidBatchException($"A sequence whose positions are numbered as {Numbering} cannot be continued without the tokens before: add it whole.");
        }

        int first = TokenCount;
        AddRow(inputIds, [], [], []);
        for (int token = first; token < TokenCount; token++)
        {
            _positionIds[token] += tokensBefore;
            _columns[token] += tokensBefore;
        }
    }

    /// <summary>Writes token vectors into padded rows; places without a token become zero.</summary>
    /// <param name="tokens">Token vectors, <c>[tokens, width]</c>.</param>
    /// <param name="length">Tokens in a padded row; at least the last column of any token, plus 1.</param>
    /// <param name="padded">Receives <c>[sequences, length, width]</c>.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public void ToPadded(Tensor tokens, int length, Span<float> padded)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        int width = tokens.ColumnCount;
        if (tokens.RowCount != TokenCount || padded.Length != (long)SequenceCount * length * width)
        {
            throw new ArgumentException(
                $"Token vectors {tokens.Shape} of {TokenCount} tokens do not fit {padded.Length} numbers for [{SequenceCount}, {length}, {width}].", nameof(padded));
        }

        padded.Clear();
        for (int sequence = 0; sequence < SequenceCount; sequence++)
        {
            for (int token = _offsets[sequence]; token < _offsets[sequence + 1]; token++)
            {
                if (_columns[token] >= length)
                {
                    throw new ArgumentException($"Sequence {sequence} has a token in column {_columns[token]}: rows of {length} are too short.", nameof(length));
                }

                tokens.Row(token).CopyTo(padded[((sequence * length + _columns[token]) * width)..]);
            }
        }
    }

    private static ReadOnlySpan<int> Row(ReadOnlySpan<int> values, int start, int length, string name, int expected) =>
        values.IsEmpty ? []
        : values.Length == expected ? values.Slice(start, length)
        : throw new InvalidBatchException($"The {name} has {values.Length} entries, the input ids have {expected}: they must be alike.");

    private void AddRow(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> mask, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> positionIds)
    {
        int end = checked(TokenCount + inputIds.Length);
        if (end > _inputIds.Length)
        {
            int capacity = Math.Max(end, checked(_inputIds.Length * 2));
            Array.Resize(ref _inputIds, capacity);
            Array.Resize(ref _tokenTypeIds, capacity);
            Array.Resize(ref _positionIds, capacity);
            Array.Resize(ref _columns, capacity);
        }

        if (SequenceCount + 2 > _offsets.Length)
        {
            Array.Resize(ref _offsets, _offsets.Length * 2);
        }

        // Number the whole row in place, then close the gaps of dropped tokens from left to right.
        Span<int> positions = _positionIds.AsSpan(TokenCount, inputIds.Length);
        if (positionIds.IsEmpty)
        {
            Numbering.Number(inputIds, positions);
        }
        else
        {
            positionIds.CopyTo(positions);
        }

        int token = TokenCount;
        for (int column = 0; column < inputIds.Length; column++)
        {
            if (!mask.IsEmpty && mask[column] is not 1)
            {
                if (mask[column] == 0)
                {
                    continue;
                }

                throw new InvalidBatchException($"Sequence {SequenceCount} has an attention mask of {mask[column]} at token {column}: only 0 and 1 are possible.");
            }

            _inputIds[token] = inputIds[column];
            _tokenTypeIds[token] = tokenTypeIds.IsEmpty ? 0 : tokenTypeIds[column];
            _positionIds[token] = positions[column];
            _columns[token] = column;
            token++;
        }

        TokenCount = token;
        SequenceCount++;
        _offsets[0] = 0;
        _offsets[SequenceCount] = token;
    }
}
