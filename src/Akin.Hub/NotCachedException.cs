namespace Akin.Hub;

/// <summary>Files are not in the cache, and the hub may not be asked (offline) or does not answer.</summary>
public sealed class NotCachedException : HubException
{
    internal NotCachedException(string repository, string revision, IReadOnlyList<string> fileNames, string cacheFolder, HubException? unreachable)
        : base(
            $"'{repository}' (revision '{revision}') is not in the cache '{cacheFolder}'{Missing(fileNames)}, and "
            + (unreachable is null
                ? "going online is switched off: unset HF_HUB_OFFLINE (or HubOptions.Offline) once, or give the folder of a model."
                : $"the hub cannot be used: {unreachable.Message}"),
            unreachable)
    {
        Repository = repository;
        FileNames = fileNames;
    }

    internal NotCachedException(string repository, string cacheFolder)
        : base($"'{repository}' is not in the cache '{cacheFolder}'.")
    {
        Repository = repository;
        FileNames = [];
    }

    /// <summary>The repository that was asked for.</summary>
    public string Repository { get; }

    /// <summary>The files that are missing; empty when nothing of the revision is there.</summary>
    public IReadOnlyList<string> FileNames { get; }

    private static string Missing(IReadOnlyList<string> fileNames) => fileNames.Count switch
    {
        0 => "",
        <= 3 => $" with {string.Join(", ", fileNames)}",
        _ => $" with {string.Join(", ", fileNames.Take(3))} and {fileNames.Count - 3} more files",
    };
}
