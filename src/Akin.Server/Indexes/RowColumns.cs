namespace Akin.Server.Indexes;

/// <summary>Which fields of a row are identifier, title and text; all others are kept beside the text.</summary>
/// <param name="Text">The text.</param>
/// <param name="Title">The title.</param>
/// <param name="Id">The identifier; <c>id</c> or <c>_id</c> when null.</param>
/// <param name="MaxTextLength">The longest text, in UTF-16 units.</param>
internal sealed record RowColumns(string Text, string Title, string? Id, int MaxTextLength)
{
    /// <summary>Where rows have no identifier: the name of their file, which with the line identifies them; null where an identifier must be there.</summary>
    public string? File { get; init; }

    public bool IsId(string field) => Id is null ? field is "id" or "_id" : field == Id;
}
