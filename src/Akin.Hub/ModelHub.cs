namespace Akin.Hub;

/// <summary>Finds a model by folder or by name: a local folder is used as it is, a name is looked up in the Hugging Face cache and on the hub.</summary>
/// <remarks>Instances are immutable and may be used from several threads.</remarks>
public sealed class ModelHub
{
    /// <summary>The local folder of a model.</summary>
    /// <param name="pathOrId">An existing folder, which wins, or the name of a repository on the hub (<c>org/name</c> or <c>name</c>).</param>
    /// <param name="options">Where to look; <see langword="null"/> = the environment.</param>
    /// <param name="progress">Told about every part of a file that is read from the network.</param>
    /// <param name="cancellationToken">Stops a download; what was read so far is kept and continued by the next call.</param>
    /// <returns>The absolute path of a folder with the model's files.</returns>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched.</exception>
    public static string ResolveFolder(
        string pathOrId, HubOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        LocalFolder(pathOrId) ?? throw new HubException($"'{pathOrId}' is not a folder, and repositories of the hub cannot be fetched yet: give a local folder.");

    /// <inheritdoc cref="ResolveFolder"/>
    public static Task<string> ResolveFolderAsync(
        string pathOrId, HubOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(ResolveFolder(pathOrId, options, progress, cancellationToken));

    private static string? LocalFolder(string pathOrId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pathOrId);
        if (Directory.Exists(pathOrId))
        {
            return Path.GetFullPath(pathOrId);
        }

        if (File.Exists(pathOrId))
        {
            throw new HubException($"'{pathOrId}' is a file, and a model is a folder: give the folder that holds config.json.");
        }

        if (LooksLikePath(pathOrId))
        {
            throw new HubException($"There is no folder '{pathOrId}' (looked in '{Path.GetFullPath(pathOrId)}').");
        }

        return null;
    }

    // A repository is `name` or `org/name`; whatever else a person types was meant as a path.
    private static bool LooksLikePath(string text) =>
        text[0] is '.' or '/' or '~' || text.Contains('\\') || text.Contains(':') || text.EndsWith('/') || text.AsSpan().Count('/') > 1;
}
