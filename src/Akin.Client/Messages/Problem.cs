namespace Akin.Client.Messages;

/// <summary>Why a request was refused: <c>application/problem+json</c> (RFC 9457).</summary>
public sealed record Problem
{
    /// <summary>The media type.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>Names the kind of problem, to programs.</summary>
    public string? Type { get; init; }

    /// <summary>Names the kind of problem, to people.</summary>
    public string? Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>What is wrong with this request, and what to do.</summary>
    public string? Detail { get; init; }

    /// <summary>The field of the request that is wrong, where it is one.</summary>
    public string? Field { get; init; }

    /// <summary>The row of the input that is wrong, from 0 on, where it is one.</summary>
    public long? Row { get; init; }
}
