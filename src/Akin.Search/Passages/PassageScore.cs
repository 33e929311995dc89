namespace Akin.Search.Passages;

/// <summary>What becomes of the scores of a document's passages.</summary>
public enum PassageScore
{
    /// <summary>The best: the document has the answer somewhere.</summary>
    Max,

    /// <summary>The mean of those found.</summary>
    Mean,

    /// <summary>The sum of those found: the document speaks of it in many places.</summary>
    Sum,
}
