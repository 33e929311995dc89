namespace Akin.Hub;

/// <summary>A downloaded file is not the one that the hub announced; it was thrown away.</summary>
public sealed class ChecksumMismatchException : HubException
{
    internal ChecksumMismatchException(string repository, string fileName, string expected, string found)
        : base($"'{fileName}' of '{repository}' arrived damaged and was thrown away: expected {expected}, found {found}. Try again; if it stays, the server or a proxy changes files.")
    {
        FileName = fileName;
        Expected = expected;
        Found = found;
    }

    /// <summary>The damaged file.</summary>
    public string FileName { get; }

    /// <summary>The checksum or size that the hub announced.</summary>
    public string Expected { get; }

    /// <summary>The checksum or size of what arrived.</summary>
    public string Found { get; }
}
