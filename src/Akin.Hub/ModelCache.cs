namespace Akin.Hub;

/// <summary>The models that are in the cache, whoever downloaded them: listed, checked, removed. No request is made.</summary>
/// <remarks>Instances are immutable and may be used from several threads. Do not remove a model while another process loads it.</remarks>
public sealed class ModelCache
{
    private const string ModelPrefix = "models--";

    private readonly string _folder;

    /// <summary>The cache of the options or of the environment.</summary>
    /// <param name="options">Only <see cref="HubOptions.CacheFolder"/> is used; <see langword="null"/> = the environment.</param>
    public ModelCache(HubOptions? options = null) => _folder = HubSettings.From(options).CacheFolder;

    /// <summary>All models with at least one snapshot, by name.</summary>
    public IReadOnlyList<CachedModel> List() =>
        !Directory.Exists(_folder)
            ? []
            : [.. Directory.EnumerateDirectories(_folder, ModelPrefix + "*")
                .Select(folder => Read(IdOf(folder), folder)).OfType<CachedModel>().OrderBy(model => model.Id, StringComparer.Ordinal)];

    /// <summary>One model, or <see langword="null"/> when it has no snapshot in the cache.</summary>
    /// <param name="id">Name of the repository, <c>org/name</c> or <c>name</c>.</param>
    public CachedModel? Find(string id) => Read(id, FolderOf(id));

    /// <summary>Compares every file of a model with the checksum that the hub announced for it.</summary>
    /// <param name="id">Name of the repository, <c>org/name</c> or <c>name</c>.</param>
    /// <param name="progress">Told the name of each file before it is read.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <exception cref="NotCachedException">The model is not in the cache.</exception>
    public async Task<IReadOnlyList<FileVerification>> VerifyAsync(string id, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        CachedModel model = Find(id) ?? throw NotCached(id);
        RepositoryCache cache = new(_folder, id, useSymbolicLinks: true);
        Dictionary<string, string> seen = []; // blobs are shared between snapshots: each is read once
        List<FileVerification> results = [];
        foreach (CachedRevision revision in model.Revisions)
        {
            Dictionary<string, string> listing = cache.ReadTree(revision.Commit)?.ToDictionary(file => file.Path, file => file.ETag) ?? [];
            foreach (string file in revision.Files)
            {
                string path = cache.SnapshotPath(revision.Commit, file);
                string content = RepositoryCache.ContentPath(path);
                string? expected = listing.GetValueOrDefault(file) ?? (content != path ? Path.GetFileName(content) : null);
                if (!File.Exists(content))
                {
                    results.Add(new FileVerification(revision.Commit, file, FileStatus.Missing, expected, Found: null));
                    continue;
                }

                if (expected is null || !ContentHash.IsChecksum(expected))
                {
                    results.Add(new FileVerification(revision.Commit, file, FileStatus.Unknown, Expected: null, Found: null));
                    continue;
                }

                if (!seen.TryGetValue(content, out string? found))
                {
                    progress?.Report(file);
                    seen[content] = found = await ContentHash.ComputeAsync(content, expected, cancellationToken).ConfigureAwait(false);
                }

                results.Add(new FileVerification(revision.Commit, file, found == expected ? FileStatus.Good : FileStatus.Damaged, expected, found));
            }
        }

        return results;
    }

    /// <summary>Removes a model with all its snapshots. Its empty lock files stay: another process may hold them.</summary>
    /// <param name="id">Name of the repository, <c>org/name</c> or <c>name</c>.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="NotCachedException">The model is not in the cache.</exception>
    public CachedModel Remove(string id)
    {
        CachedModel model = Find(id) ?? throw NotCached(id);

        // Out of sight at once: an interrupted removal must not leave half a model behind.
        string grave = Path.Combine(_folder, $".removed-{Guid.NewGuid():N}");
        Directory.Move(model.Folder, grave);
        Directory.Delete(grave, recursive: true);
        return model;
    }

    private string FolderOf(string id) => Path.Combine(_folder, RepositoryCache.FolderName(RepositoryName.CheckId(id)));

    private static string IdOf(string folder) => Path.GetFileName(folder)[ModelPrefix.Length..].Replace("--", "/", StringComparison.Ordinal);

    private static CachedModel? Read(string id, string folder)
    {
        DirectoryInfo snapshots = new(Path.Combine(folder, "snapshots"));
        if (!snapshots.Exists)
        {
            return null;
        }

        ILookup<string, string> references = ReadReferences(Path.Combine(folder, "refs"));
        List<CachedRevision> revisions = [];
        Dictionary<string, FileInfo> contents = [];
        foreach (DirectoryInfo snapshot in snapshots.EnumerateDirectories().Where(snapshot => RepositoryName.IsCommit(snapshot.Name)).OrderBy(snapshot => snapshot.Name))
        {
            List<string> files = [];
            long sizeBytes = 0;
            foreach (FileInfo file in snapshot.EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.FullName, StringComparer.Ordinal))
            {
                files.Add(Path.GetRelativePath(snapshot.FullName, file.FullName).Replace('\\', '/'));
                FileInfo content = new(RepositoryCache.ContentPath(file.FullName));
                if (content.Exists)
                {
                    sizeBytes += content.Length;
                    contents[content.FullName] = content;
                }
            }

            if (files.Count > 0)
            {
                revisions.Add(new CachedRevision(snapshot.Name, [.. references[snapshot.Name].Order(StringComparer.Ordinal)], snapshot.FullName, sizeBytes, files));
            }
        }

        return revisions.Count == 0
            ? null
            : new CachedModel(
                id, folder, contents.Values.Sum(content => content.Length), contents.Count,
                contents.Count == 0 ? snapshots.LastWriteTimeUtc : contents.Values.Max(content => content.LastWriteTimeUtc), revisions);
    }

    // commit → names
    private static ILookup<string, string> ReadReferences(string folder) =>
        (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [])
        .Where(path => !path.EndsWith(".tmp", StringComparison.Ordinal))
        .ToLookup(path => File.ReadAllText(path).Trim(), path => Path.GetRelativePath(folder, path).Replace('\\', '/'));

    private NotCachedException NotCached(string id) => new(id, _folder);
}
