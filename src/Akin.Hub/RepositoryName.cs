using System.Text.RegularExpressions;

namespace Akin.Hub;

/// <summary>Names that become folders, files and addresses: checked before anything is done with them, because some come from a server.</summary>
internal static partial class RepositoryName
{
    private const int MaxLength = 96;

    /// <summary>Checks the name of a repository, <c>name</c> or <c>org/name</c> (the rules of the hub).</summary>
    public static string CheckId(string id)
    {
        if (id.Length > MaxLength || !IdPattern().IsMatch(id) || id.Contains("--", StringComparison.Ordinal) || id.Contains("..", StringComparison.Ordinal))
        {
            throw new HubException(
                $"'{id}' is neither a folder nor the name of a model: a name is 'name' or 'org/name', of letters, digits, '-', '_' and '.', at most {MaxLength} characters, without '--' or '..'.");
        }

        return id;
    }

    /// <summary>Checks a branch, tag or commit; it becomes a file below <c>refs</c>.</summary>
    public static string CheckRevision(string revision) =>
        IsSafePath(revision) ? revision : throw new HubException($"'{revision}' is not a branch, tag or commit.");

    /// <summary>Checks a file name that a server or a caller gave: it must stay below the folder it is put in.</summary>
    public static string CheckFile(string repository, string file) =>
        IsSafePath(file) ? file : throw new UnsafeFileNameException(repository, file);

    /// <summary>Whether the name climbs out of its folder; such a name cannot come from a real repository.</summary>
    public static bool ClimbsOut(string file) =>
        file.Length == 0 || file[0] is '/' or '\\' || file.Split('/', '\\').Contains("..") || Path.IsPathRooted(file);

    /// <summary>Whether the text is a full commit: 40 lower-case hexadecimal digits.</summary>
    public static bool IsCommit(string text) => CommitPattern().IsMatch(text);

    /// <summary>Whether an ETag can be the name of a blob.</summary>
    public static bool IsBlobName(string etag) => BlobPattern().IsMatch(etag) && !etag.Contains("..", StringComparison.Ordinal);

    // Backslash and colon are folders and drives on Windows; a device name such as CON is not worth a rule of its own: opening it fails there.
    private static bool IsSafePath(string path) =>
        path.Length is > 0 and <= 1024
        && path.Split('/').All(part => part.Length > 0 && part is not ("." or ".."))
        && !path.Any(character => character is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' || char.IsControl(character));

    [GeneratedRegex(@"^(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?/)?[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\z")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"^[0-9a-f]{40}\z")]
    private static partial Regex CommitPattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}\z")]
    private static partial Regex BlobPattern();
}
