namespace Akin.Hub;

/// <summary>
/// The cache of one repository, in the layout of <c>huggingface_hub</c> 2.4: <c>blobs/</c> named by ETag, <c>snapshots/COMMIT/</c> of relative links
/// to them, <c>refs/NAME</c> with the commit of a branch or tag, <c>.no_exist/COMMIT/</c> for files known to be missing, <c>trees/COMMIT.json</c> with
/// the listing of a commit, and locks beside all repositories in <c>.locks/</c>.
/// </summary>
internal sealed class RepositoryCache(string cacheFolder, string repository, bool useSymbolicLinks)
{
    private const int MaxTreeBytes = 64 << 20;

    // The text that the Cache Directory Tagging specification asks for (https://bford.info/cachedir/), naming the owner of this layout.
    private const string CacheTag =
        "Signature: 8a477f597d28d172789f06886806bc55\n"
        + "# This file is a cache directory tag created by huggingface_hub.\n"
        + "# For information about cache directory tags, see:\n"
        + "#\thttps://bford.info/cachedir/\n";

    public string CacheFolder => cacheFolder;

    public string Folder { get; } = Path.Combine(cacheFolder, FolderName(repository));

    public static string FolderName(string repository) => "models--" + repository.Replace("/", "--", StringComparison.Ordinal);

    public string BlobPath(string etag) => Path.Combine(Folder, "blobs", etag);

    public string LockPath(string etag) => Path.Combine(cacheFolder, ".locks", FolderName(repository), etag + ".lock");

    public string SnapshotFolder(string commit) => Path.Combine(Folder, "snapshots", commit);

    public string SnapshotPath(string commit, string file) => Path.Combine(SnapshotFolder(commit), Path.Combine(file.Split('/')));

    /// <summary>Whether a file is there with its content; a link whose blob was deleted does not count.</summary>
    public bool Has(string commit, string file) => IsPresent(SnapshotPath(commit, file));

    /// <summary>The blob that a file of a snapshot links to, there or not; the file itself where links are not possible.</summary>
    public static string ContentPath(string path) =>
        new FileInfo(path).LinkTarget is { } target ? Path.GetFullPath(target, Path.GetDirectoryName(path)!) : path;

    /// <summary>The commit of a revision as far as the cache knows: the revision itself when it is a full commit, else what <c>refs</c> says.</summary>
    public string? FindCommit(string revision)
    {
        if (RepositoryName.IsCommit(revision))
        {
            return revision;
        }

        try
        {
            string commit = File.ReadAllText(RefPath(revision)).Trim();
            return RepositoryName.IsCommit(commit) ? commit : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void SetCommit(string revision, string commit)
    {
        if (revision != commit && FindCommit(revision) != commit)
        {
            WriteWhole(RefPath(revision), System.Text.Encoding.ASCII.GetBytes(commit));
        }
    }

    public bool IsKnownMissing(string commit, string file) => File.Exists(MissingPath(commit, file));

    public void MarkMissing(string commit, string file)
    {
        string path = MissingPath(commit, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (File.Open(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite))
        {
        }
    }

    public List<RepositoryFile>? ReadTree(string commit)
    {
        FileInfo tree = new(TreePath(commit));
        return tree.Exists && tree.Length <= MaxTreeBytes ? HubJson.ReadTree(File.ReadAllBytes(tree.FullName), repository) : null;
    }

    public void WriteTree(string commit, IEnumerable<RepositoryFile> files) => WriteWhole(TreePath(commit), HubJson.WriteTree(files));

    /// <summary>Tells backup programs that a folder holds nothing that could not be fetched again.</summary>
    public static void WriteCacheTag(string folder)
    {
        string path = Path.Combine(folder, "CACHEDIR.TAG");
        if (!File.Exists(path))
        {
            WriteWhole(path, System.Text.Encoding.ASCII.GetBytes(CacheTag));
        }
    }

    /// <summary>
    /// Makes a blob visible in a snapshot: by a relative link, or where links are not possible by the file itself, moved when no other snapshot
    /// can use the blob yet (<paramref name="isNewBlob"/>) and copied otherwise.
    /// </summary>
    public void AddToSnapshot(string commit, string file, string etag, bool isNewBlob)
    {
        string path = SnapshotPath(commit, file), blob = BlobPath(etag);
        string folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        if (IsPresent(path))
        {
            return; // the content of a commit never changes
        }

        File.Delete(path); // a link to nothing
        if (useSymbolicLinks)
        {
            try
            {
                File.CreateSymbolicLink(path, Path.GetRelativePath(folder, blob));
                return;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
            {
                if (IsPresent(path))
                {
                    return; // another process was faster
                }
            }
        }

        if (isNewBlob)
        {
            File.Move(blob, path, overwrite: true);
            return;
        }

        string copy = $"{blob}.{Guid.NewGuid().ToString("N")[..8]}.incomplete";
        File.Copy(blob, copy);
        File.Move(copy, path, overwrite: true);
    }

    /// <summary>Writes a file so that readers see the old content or the new one, never a part.</summary>
    public static void WriteWhole(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string draft = $"{path}.{Guid.NewGuid().ToString("N")[..8]}.tmp";
        File.WriteAllBytes(draft, content);
        File.Move(draft, path, overwrite: true);
    }

    // File.Exists alone is true for a link to nothing.
    private static bool IsPresent(string path) => File.Exists(ContentPath(path));

    private string RefPath(string revision) => Path.Combine(Folder, "refs", Path.Combine(revision.Split('/')));

    private string MissingPath(string commit, string file) => Path.Combine(Folder, ".no_exist", commit, Path.Combine(file.Split('/')));

    private string TreePath(string commit) => Path.Combine(Folder, "trees", commit + ".json");
}
