namespace Akin.Hub;

/// <summary>The repository has no such file at that revision.</summary>
public sealed class EntryNotFoundException : HubException
{
    internal EntryNotFoundException(string repository, string revision, string fileName)
        : base($"'{repository}' has no file '{fileName}' at revision '{revision}'.")
    {
        Repository = repository;
        FileName = fileName;
    }

    /// <summary>The repository that was asked.</summary>
    public string Repository { get; }

    /// <summary>The file that it does not have.</summary>
    public string FileName { get; }
}
