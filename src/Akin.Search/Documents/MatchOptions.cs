namespace Akin.Search.Documents;

/// <summary>How documents are matched with others.</summary>
public sealed record MatchOptions : FindOptions
{
    /// <summary>Whether a document does not match one of the same identifier.</summary>
    public bool ExcludeSelf { get; init; }

    /// <summary>What the least and the greatest of a document's distances to all that is searched become, the others between them; (1, 0) makes similarities. Null leaves distances as they are.</summary>
    public (float Least, float Greatest)? Normalization { get; init; }
}
