namespace Akin.Search.Documents;

/// <summary>How files of documents are compressed.</summary>
public enum DocumentCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip.</summary>
    Gzip,

    /// <summary>zlib. DocArray compresses nothing with it in <see cref="DocumentFileFormat.ProtobufArray"/>; such files are read too.</summary>
    Zlib,
}
