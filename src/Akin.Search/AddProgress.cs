namespace Akin.Search;

/// <summary>How far adding has come. Everything counted is on the disk.</summary>
/// <param name="Stored">Documents encoded and stored.</param>
/// <param name="Unchanged">Documents passed over because the index holds them already with the same title, text and metadata.</param>
public readonly record struct AddProgress(long Stored, long Unchanged)
{
    /// <summary>All documents dealt with.</summary>
    public long Total => Stored + Unchanged;
}
