namespace Akin.Search;

/// <summary>The index was written in a format that this version does not read.</summary>
public sealed class IndexFormatException : SearchIndexException
{
    /// <param name="folder">The index.</param>
    /// <param name="foundVersion">The version that it has.</param>
    /// <param name="supportedVersion">The one version that is supported.</param>
    public IndexFormatException(string folder, int foundVersion, int supportedVersion)
        : base(
            folder,
            $"Index '{folder}' has format version {foundVersion}; this version of Akin reads and writes version {supportedVersion}. " +
            (foundVersion > supportedVersion
                ? "It was written by a newer Akin: update Akin to open it."
                : "It was written by an older Akin: index the documents again in a new folder."))
    {
        FoundVersion = foundVersion;
        SupportedVersion = supportedVersion;
    }

    /// <summary>The version in the file.</summary>
    public int FoundVersion { get; }

    /// <summary>The one version that is supported.</summary>
    public int SupportedVersion { get; }
}
