namespace Akin.Tensors;

/// <summary>How an architecture numbers the tokens of a row for its position embeddings.</summary>
/// <remarks>Rows are numbered as they come, padding included, before masked tokens are dropped.</remarks>
public readonly record struct PositionNumbering
{
    private readonly int? _paddingId;

    private PositionNumbering(int? paddingId) => _paddingId = paddingId;

    /// <summary>0, 1, 2, …: the place in the row (BERT and most others).</summary>
    public static PositionNumbering FromZero => new(null);

    /// <summary>
    /// The padding id plus the running count of tokens that are not padding; a padding token gets the padding id itself (RoBERTa, XLM-R, MPNet).
    /// </summary>
    /// <param name="paddingId">The id of the padding token.</param>
    public static PositionNumbering AfterPadding(int paddingId) => new(paddingId);

    /// <summary>Numbers one row.</summary>
    /// <param name="inputIds">The row's ids, <c>[tokens]</c>.</param>
    /// <param name="positionIds">Receives the positions, <c>[tokens]</c>.</param>
    public void Number(ReadOnlySpan<int> inputIds, Span<int> positionIds)
    {
        int count = 0;
        for (int i = 0; i < inputIds.Length; i++)
        {
            positionIds[i] = _paddingId is not { } paddingId ? i
                : inputIds[i] == paddingId ? paddingId
                : paddingId + ++count;
        }
    }

    /// <summary>For messages.</summary>
    public override string ToString() => _paddingId is { } paddingId ? $"AfterPadding({paddingId})" : "FromZero";
}
