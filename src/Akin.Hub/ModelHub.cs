using System.Text.Json;

namespace Akin.Hub;

/// <summary>
/// Finds a model by folder or by name: a local folder is used as it is, a name is looked up in the Hugging Face cache (shared with Python) and on the hub.
/// </summary>
/// <remarks>
/// <para>A full commit that is in the cache needs no request; a branch or tag needs one HEAD; when the hub cannot be reached, what the cache holds for the
/// branch is used. Every downloaded file is checked against the checksum that the hub announces; an interrupted download is continued by the next call.</para>
/// <para>Instances are immutable and may be used from several threads; several processes may use one cache at the same time.</para>
/// </remarks>
public sealed class ModelHub
{
    // The file whose HEAD tells the commit of a revision: nearly every model has it, and the answer names the commit even when it has not.
    private const string CommitProbe = "config.json";
    private const string ModulesFile = "modules.json";
    private const string WholeModel = ".gguf"; // a file that holds configuration, vocabulary and weights
    private const int MaxSearchLimit = 1000;

    private static readonly TransferProgress NoProgress = new(null, null);

    private readonly HubSettings _settings;
    private readonly HubClient _client;

    /// <summary>A hub with its cache; nothing is read or sent yet.</summary>
    /// <param name="options">What differs from the environment; <see langword="null"/> = nothing.</param>
    /// <exception cref="HubException">An option or a variable of the environment cannot be used.</exception>
    public ModelHub(HubOptions? options = null)
        : this(HubSettings.From(options))
    {
    }

    internal ModelHub(HubSettings settings)
    {
        _settings = settings;
        _client = new HubClient(settings);
    }

    /// <summary>Folder of the cache.</summary>
    public string CacheFolder => _settings.CacheFolder;

    /// <summary>Address of the hub, ending with a slash.</summary>
    public Uri Endpoint => _settings.Endpoint;

    /// <summary>The local folder of a model.</summary>
    /// <param name="pathOrId">An existing folder or .gguf file, which wins, or the name of a repository on the hub (<c>org/name</c> or <c>name</c>).</param>
    /// <param name="options">Where to look; <see langword="null"/> = the environment.</param>
    /// <param name="progress">Told about every part of a file that is read from the network.</param>
    /// <param name="cancellationToken">Stops a download; what was read so far is kept and continued by the next call.</param>
    /// <returns>The absolute path of a folder with the model's files, or of the one file it is in.</returns>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched; derived types tell which.</exception>
    public static string ResolveFolder(
        string pathOrId, HubOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        // The rare case of a download is the asynchronous one, run on the thread pool so that no caller's context can block it.
        return LocalFolder(pathOrId)
            ?? Task.Run(() => new ModelHub(options).DownloadModelAsync(pathOrId, progress, cancellationToken), cancellationToken).GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="ResolveFolder"/>
    public static async Task<string> ResolveFolderAsync(
        string pathOrId, HubOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        LocalFolder(pathOrId) ?? await new ModelHub(options).DownloadModelAsync(pathOrId, progress, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Fetches what is missing of a model: configuration, tokenizer, the modules of <c>modules.json</c> with their folders, and its weights once
    /// (<c>model.safetensors</c> or its shards, else <c>pytorch_model.bin</c> or its shards, else a TensorFlow checkpoint).
    /// </summary>
    /// <param name="id">Name of the repository, <c>org/name</c> or <c>name</c>.</param>
    /// <param name="progress">Told about every part of a file that is read from the network.</param>
    /// <param name="cancellationToken">Stops the download; what was read so far is kept.</param>
    /// <returns>The folder of the snapshot in the cache.</returns>
    /// <exception cref="HubException">It cannot be had; derived types tell why.</exception>
    public Task<string> DownloadModelAsync(string id, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        EnsureSnapshotAsync(
            id,
            async (snapshot, files) =>
            {
                HashSet<string> moduleFolders = [];
                if (files.FirstOrDefault(file => file.Path == ModulesFile) is { } modules)
                {
                    string path = await snapshot.EnsureFileAsync(modules, NoProgress, cancellationToken).ConfigureAwait(false);
                    moduleFolders = ModelFileSelection.ReadModuleFolders(path, id);
                }

                List<RepositoryFile> selected = ModelFileSelection.Select(files, moduleFolders, _settings.IncludeWeights);
                return selected.Count > 0
                    ? selected
                    : throw new HubException(
                        $"'{id}' holds no model in a known format (config.json, tokenizer, safetensors, pytorch_model.bin or bert_model.ckpt); it has {string.Join(", ", files.Take(5).Select(file => file.Path))}{(files.Count > 5 ? " …" : "")}.");
            },
            progress,
            cancellationToken);

    /// <summary>Fetches what is missing of a whole repository, or of those files that are wanted.</summary>
    /// <param name="id">Name of the repository, <c>org/name</c> or <c>name</c>.</param>
    /// <param name="isWanted">Which files; <see langword="null"/> = all.</param>
    /// <param name="progress">Told about every part of a file that is read from the network.</param>
    /// <param name="cancellationToken">Stops the download; what was read so far is kept.</param>
    /// <returns>The folder of the snapshot in the cache.</returns>
    /// <exception cref="HubException">It cannot be had; derived types tell why.</exception>
    public Task<string> DownloadSnapshotAsync(
        string id, Func<RepositoryFile, bool>? isWanted = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        EnsureSnapshotAsync(
            id, (_, files) => Task.FromResult(files.Where(file => isWanted?.Invoke(file) ?? true).ToList()), progress, cancellationToken);

    /// <summary>Puts a repository, or those of its files that are wanted, into a folder of the caller's, as <c>local_dir</c> of Python does.</summary>
    /// <param name="id">Name of the repository, <c>org/name</c> or <c>name</c>.</param>
    /// <param name="folder">Where to put the files; what is known about them is kept below <c>.cache/huggingface</c> in it.</param>
    /// <param name="isWanted">Which files; <see langword="null"/> = all.</param>
    /// <param name="progress">Told about every part of a file that is read from the network.</param>
    /// <param name="cancellationToken">Stops the download; what was read so far is kept.</param>
    /// <returns>The absolute path of the folder.</returns>
    /// <exception cref="HubException">It cannot be had; derived types tell why.</exception>
    public async Task<string> DownloadToFolderAsync(
        string id, string folder, Func<RepositoryFile, bool>? isWanted = null, IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        RepositoryCache cache = CacheOf(id);
        Snapshot snapshot = await ResolveAsync(id, cache, cancellationToken).ConfigureAwait(false);
        List<RepositoryFile> files = await snapshot.ListFilesAsync(cancellationToken).ConfigureAwait(false) ?? throw NotCached(id, cache, [], snapshot.Failure);
        List<RepositoryFile> selected = files.FindAll(file => isWanted?.Invoke(file) ?? true);
        LocalFolder local = new(Path.GetFullPath(folder));
        local.WriteMarks(snapshot.Commit, files);
        TransferProgress total = new(progress, selected.Sum(file => file.SizeBytes));
        foreach (RepositoryFile file in selected)
        {
            await snapshot.CopyFileAsync(file, local, total, cancellationToken).ConfigureAwait(false);
        }

        return local.Path;
    }

    /// <summary>Fetches one file unless it is in the cache.</summary>
    /// <param name="id">Name of the repository, <c>org/name</c> or <c>name</c>.</param>
    /// <param name="fileName">Name inside the repository, with forward slashes.</param>
    /// <param name="progress">Told about every part that is read from the network.</param>
    /// <param name="cancellationToken">Stops the download; what was read so far is kept.</param>
    /// <returns>The path of the file in the cache.</returns>
    /// <exception cref="EntryNotFoundException">The repository has no such file; the cache remembers that.</exception>
    /// <exception cref="HubException">It cannot be had; derived types tell why.</exception>
    public async Task<string> DownloadFileAsync(
        string id, string fileName, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        RepositoryCache cache = CacheOf(id);
        RepositoryName.CheckFile(id, fileName);
        string revision = _settings.Revision;
        string? known = cache.FindCommit(revision);
        bool isCached = known is not null && cache.Has(known, fileName);
        if (isCached && RepositoryName.IsCommit(revision))
        {
            return cache.SnapshotPath(known!, fileName);
        }

        FileMetadata? found = null;
        HubException? failure = null;
        try
        {
            found = _settings.Offline
                ? null
                : await _client.HeadAsync(
                    id, revision, fileName, isCached ? 0 : _settings.RetryCount, commit => RememberMissing(cache, commit, fileName), cancellationToken)
                    .ConfigureAwait(false);
        }
        catch (HubException error) when (IsAboutTheHub(error))
        {
            failure = error;
        }

        if (found is null)
        {
            return isCached ? cache.SnapshotPath(known!, fileName) : throw NotCached(id, cache, [fileName], failure);
        }

        RepositoryFile file = new(fileName, found.SizeBytes, found.ETag, Sha256: null);
        string path = await new Snapshot(this, cache, id, found.Commit, failure: null)
            .EnsureFileAsync(file, new TransferProgress(progress, file.SizeBytes), cancellationToken, revision, found.Location).ConfigureAwait(false);
        cache.SetCommit(revision, found.Commit);
        return path;
    }

    /// <summary>The path of a file in the cache, or <see langword="null"/> when it is not there; no request is made.</summary>
    /// <param name="id">Name of the repository, <c>org/name</c> or <c>name</c>.</param>
    /// <param name="fileName">Name inside the repository, with forward slashes.</param>
    public string? FindCachedFile(string id, string fileName)
    {
        RepositoryCache cache = CacheOf(id);
        RepositoryName.CheckFile(id, fileName);
        return cache.FindCommit(_settings.Revision) is { } commit && cache.Has(commit, fileName) ? cache.SnapshotPath(commit, fileName) : null;
    }

    /// <summary>Whether the cache remembers that the repository has no such file at this revision; no request is made.</summary>
    /// <param name="id">Name of the repository, <c>org/name</c> or <c>name</c>.</param>
    /// <param name="fileName">Name inside the repository, with forward slashes.</param>
    public bool IsKnownMissing(string id, string fileName)
    {
        RepositoryCache cache = CacheOf(id);
        RepositoryName.CheckFile(id, fileName);
        return cache.FindCommit(_settings.Revision) is { } commit && cache.IsKnownMissing(commit, fileName);
    }

    /// <summary>The files of a repository; read from the cache when its listing is there and the revision is a full commit or the hub cannot be asked.</summary>
    /// <param name="id">Name of the repository, <c>org/name</c> or <c>name</c>.</param>
    /// <param name="cancellationToken">Stops waiting for the hub.</param>
    /// <exception cref="HubException">The listing cannot be had; derived types tell why.</exception>
    public async Task<IReadOnlyList<RepositoryFile>> ListFilesAsync(string id, CancellationToken cancellationToken = default)
    {
        RepositoryCache cache = CacheOf(id);
        Snapshot snapshot = await ResolveAsync(id, cache, cancellationToken).ConfigureAwait(false);
        return await snapshot.ListFilesAsync(cancellationToken).ConfigureAwait(false) ?? throw NotCached(id, cache, [], snapshot.Failure);
    }

    /// <summary>What the hub tells about a model: task, library, tags, downloads.</summary>
    /// <param name="id">Name of the repository, <c>org/name</c> or <c>name</c>.</param>
    /// <param name="cancellationToken">Stops waiting for the hub.</param>
    /// <exception cref="HubException">The hub cannot be asked or has no such model.</exception>
    public async Task<ModelSummary> GetSummaryAsync(string id, CancellationToken cancellationToken = default)
    {
        RefuseOffline($"what the hub tells about '{id}'");
        Uri address = new(_settings.Endpoint, $"api/models/{RepositoryName.CheckId(id)}/revision/{Uri.EscapeDataString(_settings.Revision)}");
        (JsonDocument document, _) = await _client.GetJsonAsync(address, id, _settings.Revision, cancellationToken).ConfigureAwait(false);
        using (document)
        {
            return HubJson.ReadSummary(document.RootElement);
        }
    }

    /// <summary>Lists models of the hub by name, task, language or library, most downloaded first.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="cancellationToken">Stops waiting for the hub.</param>
    /// <exception cref="HubException">The hub cannot be asked.</exception>
    public async Task<IReadOnlyList<ModelSummary>> SearchAsync(ModelQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Limit is < 1 or > MaxSearchLimit)
        {
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, $"{nameof(ModelQuery.Limit)} must be 1 … {MaxSearchLimit}.");
        }

        RefuseOffline("a list of models");
        (string Name, string? Value)[] parameters =
        [
            ("search", query.Text), ("author", query.Author), ("pipeline_tag", query.Task), ("filter", query.Language), ("filter", query.Library),
            ("sort", "downloads"), ("direction", "-1"), ("limit", $"{query.Limit}"),
        ];
        string text = string.Join('&', parameters.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));
        List<ModelSummary> models = [];
        for (Uri? page = new(_settings.Endpoint, $"api/models?{text}"); page is not null && models.Count < query.Limit;)
        {
            (JsonDocument document, Uri? next) = await _client.GetJsonAsync(page, "models", _settings.Revision, cancellationToken).ConfigureAwait(false);
            using (document)
            {
                JsonElement list = document.RootElement;
                page = list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? next : null;
                models.AddRange(list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(HubJson.ReadSummary).Take(query.Limit - models.Count) : []);
            }
        }

        return models;
    }

    private async Task<string> EnsureSnapshotAsync(
        string id, Func<Snapshot, List<RepositoryFile>, Task<List<RepositoryFile>>> select, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        RepositoryCache cache = CacheOf(id);
        Snapshot snapshot = await ResolveAsync(id, cache, cancellationToken).ConfigureAwait(false);
        string folder = cache.SnapshotFolder(snapshot.Commit);
        if (await snapshot.ListFilesAsync(cancellationToken).ConfigureAwait(false) is not { } files)
        {
            // Files that Python fetched one by one have no listing: the loader will name what it misses.
            return Directory.Exists(folder) ? folder : throw NotCached(id, cache, [], snapshot.Failure);
        }

        List<RepositoryFile> selected = await select(snapshot, files).ConfigureAwait(false);
        List<RepositoryFile> missing = selected.FindAll(file => !cache.Has(snapshot.Commit, RepositoryName.CheckFile(id, file.Path)));
        if (missing.Count > 0 && !snapshot.IsOnline)
        {
            throw NotCached(id, cache, [.. missing.Select(file => file.Path)], snapshot.Failure);
        }

        if (missing.Count > 0)
        {
            TransferProgress total = new(progress, selected.Sum(file => file.SizeBytes));
            foreach (RepositoryFile file in selected)
            {
                await snapshot.EnsureFileAsync(file, total, cancellationToken).ConfigureAwait(false);
            }
        }

        // Last, so that the branch never stands for a snapshot that an interrupted download left in pieces.
        cache.SetCommit(_settings.Revision, snapshot.Commit);
        return folder;
    }

    /// <summary>Finds the commit of the revision: by its name, by asking the hub, or by what the cache remembers.</summary>
    private async Task<Snapshot> ResolveAsync(string id, RepositoryCache cache, CancellationToken cancellationToken)
    {
        string revision = _settings.Revision;
        string? commit = cache.FindCommit(revision);
        HubException? failure = null;
        if (!_settings.Offline && !RepositoryName.IsCommit(revision))
        {
            bool isCached = commit is not null && Directory.Exists(cache.SnapshotFolder(commit));
            string? probed = null;
            try
            {
                FileMetadata metadata = await _client.HeadAsync(
                    id, revision, CommitProbe, isCached ? 0 : _settings.RetryCount, found => probed = found, cancellationToken).ConfigureAwait(false);
                probed = metadata.Commit;
            }
            catch (EntryNotFoundException) when (probed is not null)
            {
                RememberMissing(cache, probed, CommitProbe);
            }
            catch (HubException error) when (IsAboutTheHub(error))
            {
                failure = error;
            }

            commit = probed ?? commit;
        }

        return commit is not null ? new Snapshot(this, cache, id, commit, failure) : throw NotCached(id, cache, [], failure);
    }

    private RepositoryCache CacheOf(string id) => new(_settings.CacheFolder, RepositoryName.CheckId(id), _settings.UseSymbolicLinks);

    // The branch is only noted when the cache knows nothing of it: else it would leave the snapshot that is there.
    private void RememberMissing(RepositoryCache cache, string commit, string fileName)
    {
        cache.MarkMissing(commit, fileName);
        if (cache.FindCommit(_settings.Revision) is null)
        {
            cache.SetCommit(_settings.Revision, commit);
        }
    }

    // Unreachable, or a repository that became private: then the cache may still answer. A missing file or revision is an answer.
    private static bool IsAboutTheHub(HubException error) => error is HubUnavailableException or RepositoryNotFoundException or GatedRepositoryException;

    private HubException NotCached(string id, RepositoryCache cache, IReadOnlyList<string> fileNames, HubException? failure) =>
        failure is null or HubUnavailableException
            ? new NotCachedException(id, _settings.Revision, fileNames, cache.CacheFolder, failure)
            : failure;

    private void RefuseOffline(string what)
    {
        if (_settings.Offline)
        {
            throw new HubException($"Going online is switched off (HF_HUB_OFFLINE or HubOptions.Offline), so {what} cannot be had.");
        }
    }

    private static string? LocalFolder(string pathOrId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pathOrId);
        if (Directory.Exists(pathOrId))
        {
            return Path.GetFullPath(pathOrId);
        }

        if (File.Exists(pathOrId))
        {
            return pathOrId.EndsWith(WholeModel, StringComparison.OrdinalIgnoreCase)
                ? Path.GetFullPath(pathOrId)
                : throw new HubException($"'{pathOrId}' is a file, and a model is a folder: give the folder that holds config.json.");
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

    /// <summary>One commit of a repository: its listing and its files, from the cache or the hub.</summary>
    private sealed class Snapshot(ModelHub hub, RepositoryCache cache, string id, string commit, HubException? failure)
    {
        public string Commit => commit;

        /// <summary>Why the hub cannot be asked, when it was tried.</summary>
        public HubException? Failure { get; private set; } = failure;

        public bool IsOnline => Failure is null && !hub._settings.Offline;

        /// <summary>The listing, or <see langword="null"/> when neither the cache nor the hub has it.</summary>
        public async Task<List<RepositoryFile>?> ListFilesAsync(CancellationToken cancellationToken)
        {
            List<RepositoryFile>? files = cache.ReadTree(commit);
            if (files is null && IsOnline)
            {
                try
                {
                    files = await hub._client.ListFilesAsync(id, commit, cancellationToken).ConfigureAwait(false);
                    cache.WriteTree(commit, files);
                }
                catch (HubException error) when (IsAboutTheHub(error))
                {
                    Failure = error;
                }
            }

            return files;
        }

        /// <summary>The path of a file, fetched first when it is not there.</summary>
        public async Task<string> EnsureFileAsync(
            RepositoryFile file, TransferProgress progress, CancellationToken cancellationToken, string? revision = null, Uri? address = null)
        {
            RepositoryName.CheckFile(id, file.Path);
            if (!cache.Has(commit, file.Path))
            {
                if (!IsOnline)
                {
                    throw hub.NotCached(id, cache, [file.Path], Failure);
                }

                RepositoryCache.WriteCacheTag(cache.CacheFolder);
                using CacheLock held = await CacheLock.AcquireAsync(cache.LockPath(file.ETag), cancellationToken).ConfigureAwait(false);
                if (!cache.Has(commit, file.Path))
                {
                    bool isNewBlob = !File.Exists(cache.BlobPath(file.ETag));
                    if (isNewBlob)
                    {
                        string blob = cache.BlobPath(file.ETag);
                        await new BlobDownload(hub._client, hub._settings, id).RunAsync(
                            file, revision ?? commit, address ?? hub._client.FileAddress(id, commit, file.Path), blob + ".incomplete", blob, progress,
                            cancellationToken).ConfigureAwait(false);
                    }

                    cache.AddToSnapshot(commit, file.Path, file.ETag, isNewBlob);
                }
            }

            progress.Finish(file);
            return cache.SnapshotPath(commit, file.Path);
        }

        /// <summary>Puts a file into a folder of the caller's, from the cache when it is there, unless the folder has it.</summary>
        public async Task CopyFileAsync(RepositoryFile file, LocalFolder folder, TransferProgress progress, CancellationToken cancellationToken)
        {
            RepositoryName.CheckFile(id, file.Path);
            using CacheLock held = await CacheLock.AcquireAsync(folder.LockPath(file.Path), cancellationToken).ConfigureAwait(false);
            if (!folder.Has(file))
            {
                string path = folder.FilePath(file.Path), incomplete = folder.IncompletePath(file);
                if (cache.Has(commit, file.Path))
                {
                    File.Copy(cache.SnapshotPath(commit, file.Path), incomplete, overwrite: true);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    File.Move(incomplete, path, overwrite: true);
                }
                else if (IsOnline)
                {
                    await new BlobDownload(hub._client, hub._settings, id).RunAsync(
                        file, commit, hub._client.FileAddress(id, commit, file.Path), incomplete, path, progress, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    throw hub.NotCached(id, cache, [file.Path], Failure);
                }
            }

            folder.Note(file, commit);
            progress.Finish(file);
        }
    }
}
