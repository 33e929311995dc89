namespace Akin.Client.Messages;

/// <summary>How a document was found.</summary>
public sealed record HitExplanation
{
    /// <summary>What the search by meaning says; null where only words were searched.</summary>
    public ScorePart? Meaning { get; init; }

    /// <summary>What the search by words says; null where no word of the query is in the document, or only meaning was searched.</summary>
    public ScorePart? Words { get; init; }

    /// <summary>What the re-ranker says; null where none read it.</summary>
    public ScorePart? Rerank { get; init; }
}
