namespace Akin.Client.Messages;

/// <summary>What became of documents that were sent; everything counted is on the disk. Also a line of a streamed answer, which counts from the first row on.</summary>
/// <param name="Rows">Rows dealt with, in their order: all before this one are stored or rejected.</param>
/// <param name="Added">Documents that are new.</param>
/// <param name="Updated">Documents that replaced one with the same identifier.</param>
/// <param name="Unchanged">Documents that were there already with the same title, text and fields.</param>
public sealed record AddDocumentsResponse(long Rows, long Added, long Updated, long Unchanged)
{
    /// <summary>How many rows were rejected.</summary>
    public long RejectedRows { get; init; }

    /// <summary>The first of the rows that were rejected; in a line of a streamed answer, those since the line before.</summary>
    public IReadOnlyList<RejectedRow> Rejected { get; init; } = [];

    /// <summary>In a streamed answer: whether this is the last line.</summary>
    public bool? Done { get; init; }

    /// <summary>In the last line of a streamed answer: why the rest of the rows was not read.</summary>
    public Problem? Problem { get; init; }
}
