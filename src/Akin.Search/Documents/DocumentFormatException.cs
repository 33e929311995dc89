namespace Akin.Search.Documents;

/// <summary>A file or message of documents cannot be read or written; the message names the document or place and what was found there.</summary>
public sealed class DocumentFormatException : FormatException
{
    internal DocumentFormatException(string place, string finding, Exception? innerException = null)
        : base($"{place}: {finding}.", innerException) => Place = place;

    /// <summary>The file, document or line.</summary>
    public string Place { get; }
}
