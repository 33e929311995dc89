namespace Akin.Hub;

/// <summary>Which models of the hub to list; what is left out does not limit the list.</summary>
public sealed record ModelQuery
{
    /// <summary>Words in the name.</summary>
    public string? Text { get; init; }

    /// <summary>The owner, as <c>sentence-transformers</c>.</summary>
    public string? Author { get; init; }

    /// <summary>The task, as <c>sentence-similarity</c> or <c>text-ranking</c>.</summary>
    public string? Task { get; init; }

    /// <summary>The language, as <c>ko</c>.</summary>
    public string? Language { get; init; }

    /// <summary>The library, as <c>sentence-transformers</c>.</summary>
    public string? Library { get; init; }

    /// <summary>The most models to list, best known (most downloads) first; 1 … 1000. Default 20.</summary>
    public int Limit { get; init; } = 20;
}
