namespace Akin.Tensors;

/// <summary>How an architecture numbers the tokens of a row for its position embeddings.</summary>
/// <remarks>Rows are numbered as they come, padding included, before masked tokens are dropped.</remarks>
public readonly record struct PositionNumbering
{
    private readonly int? _paddingId;
    private readonly int _first;

    private PositionNumbering(int? paddingId, int first = 0) => (_paddingId, _first) = (paddingId, first);

    /// <summary>0, 1, 2, …: the place in the row (BERT and most others).</summary>
    public static PositionNumbering FromZero => new(null);

    /// <summary>A number more for every place in the row (BART).</summary>
    /// <param name="first">The number of the first place.</param>
    public static PositionNumbering From(int first) => new(null, first);

    /// <summary>
    /// The padding id plus the running count of tokens that are not padding; a padding token gets the padding id itself (RoBERTa, XLM-R, MPNet).
    /// </summary>
    /// <param name="paddingId">The id of the padding token.</param>
    public static PositionNumbering AfterPadding(int paddingId) => new(paddingId);

    /// <summary>Whether a token's position depends on its place alone, not on the tokens before it.</summary>
    public bool IsByPlace => _paddingId is null;

    /// <summary>Numbers one row.</summary>
    /// <param name="inputIds">The row's ids, <c>[tokens]</c>.</param>
    /// <param name="positionIds">Receives the positions, <c>[tokens]</c>.</param>
    public void Number(ReadOnlySpan<int> inputIds, Span<int> positionIds)
    {
        int count = 0;
        for (int i = 0; i < inputIds.Length; i++)
        {
            positionIds[i] = _paddingId is not { } paddingId ? _first + i
                : inputIds[i] == paddingId ? paddingId
                : paddingId + ++count;
        }
    }

    /// <summary>For messages.</summary>
    public override string ToString() => _paddingId is { } paddingId ? $"AfterPadding({paddingId})" : _first > 0 ? $"From({_first})" : "FromZero";
}
