namespace Akin.Client.Messages;

/// <summary>A model of a server.</summary>
/// <param name="Id">The name by which requests ask for it.</param>
public sealed record ModelCard(string Id)
{
    /// <summary>Always <c>model</c>.</summary>
    public string Object { get; init; } = "model";

    /// <summary>When it was loaded, in seconds since 1970.</summary>
    public long Created { get; init; }

    /// <summary>Who owns it.</summary>
    public string OwnedBy { get; init; } = "akin";

    /// <summary>What it does: <c>encoder</c>, <c>reranker</c> or <c>classifier</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Floats per vector, of an encoder.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Tokens that are read of a text; the rest is cut off.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The names of its prompts, of an encoder.</summary>
    public IReadOnlyList<string>? Prompts { get; init; }

    /// <summary>The names of its classes, of a classifier.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}
