namespace Akin.Hub;

/// <summary>The repository exists, but has no such branch, tag or commit.</summary>
public sealed class RevisionNotFoundException : HubException
{
    internal RevisionNotFoundException(string repository, string revision)
        : base($"'{repository}' has no revision '{revision}': give a branch, a tag, refs/pr/N or a full commit.")
    {
        Repository = repository;
        Revision = revision;
    }

    /// <summary>The repository that was asked.</summary>
    public string Repository { get; }

    /// <summary>The revision that it does not have.</summary>
    public string Revision { get; }
}
