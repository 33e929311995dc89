namespace Akin.Hub;

/// <summary>What the hub tells about a model.</summary>
/// <param name="Id">Name of the repository, <c>org/name</c>.</param>
/// <param name="Commit">The newest commit, or the one of the revision that was asked for; <see langword="null"/> where the hub does not tell.</param>
/// <param name="Task">What the model does, as <c>sentence-similarity</c>.</param>
/// <param name="Library">What it was made for, as <c>sentence-transformers</c>.</param>
/// <param name="Tags">Languages, licence, data sets, file formats.</param>
/// <param name="Downloads">Downloads of the last 30 days.</param>
/// <param name="Likes">How many people marked it.</param>
/// <param name="LastModified">Time of the last change.</param>
/// <param name="IsPrivate">Whether only its owners see it.</param>
/// <param name="IsGated">Whether conditions must be accepted before a download.</param>
public sealed record ModelSummary(
    string Id, string? Commit, string? Task, string? Library, IReadOnlyList<string> Tags, long? Downloads, long? Likes, DateTimeOffset? LastModified,
    bool IsPrivate, bool IsGated);
