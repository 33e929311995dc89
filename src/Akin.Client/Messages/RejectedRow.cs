namespace Akin.Client.Messages;

/// <summary>A row that is not stored, though those around it are.</summary>
/// <param name="Row">Which one of its file or body, from 0 on.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record RejectedRow(long Row, string Reason)
{
    /// <summary>The name of its file, where the rows came in the files of a form.</summary>
    public string? File { get; init; }

    /// <summary>The line on which it begins, from 1 on, where the rows came in lines.</summary>
    public long? Line { get; init; }

    /// <summary>Its identifier, where it has one.</summary>
    public string? Id { get; init; }
}
