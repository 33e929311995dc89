namespace Akin.Client;

/// <summary>How a server is to encode texts.</summary>
public sealed record EncodeSettings
{
    /// <summary>The model; the server's first one when null.</summary>
    public string? Model { get; init; }

    /// <summary>What the texts are to the model: the name of one of its prompts, such as <c>query</c> or <c>document</c>; its default prompt when null.</summary>
    public string? Prompt { get; init; }

    /// <summary>Whether vectors are brought to length 1; as the model says when null.</summary>
    public bool? Normalize { get; init; }

    /// <summary>How many of the first dimensions are kept; all when null.</summary>
    public int? Dimensions { get; init; }
}
