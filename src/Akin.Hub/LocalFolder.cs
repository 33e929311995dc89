using System.Globalization;
using System.Text;

namespace Akin.Hub;

/// <summary>
/// A folder of the caller's that holds a repository's files, in the layout of <c>local_dir</c> of <c>huggingface_hub</c> 2.4: what is known about each file is
/// kept in <c>.cache/huggingface/download/NAME.metadata</c> (commit, ETag and time, a line each), so that a second call fetches only what changed.
/// </summary>
internal sealed class LocalFolder(string path)
{
    // A file system may keep times in whole seconds.
    private static readonly TimeSpan TimeTolerance = TimeSpan.FromSeconds(1);

    private readonly string _marks = System.IO.Path.Combine(path, ".cache", "huggingface");

    public string Path => path;

    public string FilePath(string file) => System.IO.Path.Combine(path, System.IO.Path.Combine(file.Split('/')));

    public string LockPath(string file) => NotePath(file) + ".lock";

    public string IncompletePath(RepositoryFile file) => $"{NotePath(file.Path)}.{file.ETag}.incomplete";

    /// <summary>Whether the file is there, is the wanted one, and was not changed since it was fetched.</summary>
    public bool Has(RepositoryFile file)
    {
        string note = NotePath(file.Path) + ".metadata";
        FileInfo present = new(FilePath(file.Path));
        return File.Exists(note) && present.Exists
            && File.ReadAllLines(note) is [_, { } etag, { } time, ..] && etag == file.ETag && present.Length == file.SizeBytes
            && double.TryParse(time, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            && present.LastWriteTimeUtc - TimeTolerance <= DateTime.UnixEpoch.AddSeconds(seconds);
    }

    /// <summary>Notes that the file is there.</summary>
    public void Note(RepositoryFile file, string commit)
    {
        double seconds = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        RepositoryCache.WriteWhole(
            NotePath(file.Path) + ".metadata", Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{commit}\n{file.ETag}\n{seconds:F7}\n")));
    }

    /// <summary>Keeps what is noted out of version control and backups, and keeps the listing.</summary>
    public void WriteMarks(string commit, IEnumerable<RepositoryFile> files)
    {
        RepositoryCache.WriteWhole(System.IO.Path.Combine(_marks, ".gitignore"), "*"u8.ToArray());
        RepositoryCache.WriteCacheTag(_marks);
        RepositoryCache.WriteWhole(System.IO.Path.Combine(_marks, "trees", commit + ".json"), HubJson.WriteTree(files));
    }

    private string NotePath(string file) => System.IO.Path.Combine(_marks, "download", System.IO.Path.Combine(file.Split('/')));
}
