using Akin.Search;

namespace Akin.Server.Indexes;

/// <summary>A row of what was sent: a document, or why it is none.</summary>
/// <param name="Row">Which one, from 0 on.</param>
internal readonly record struct DocumentRow(long Row)
{
    /// <summary>The line on which it begins, from 1 on; null where rows are not lines.</summary>
    public long? Line { get; init; }

    /// <summary>The document; null where the row is none.</summary>
    public Document? Document { get; init; }

    /// <summary>Why it is none.</summary>
    public string? Reason { get; init; }
}
