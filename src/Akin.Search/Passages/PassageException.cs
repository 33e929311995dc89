namespace Akin.Search.Passages;

/// <summary>A document cannot be cut into passages.</summary>
public sealed class PassageException : ArgumentException
{
    internal PassageException(string documentId, string finding, Exception? innerException = null)
        : base($"Document '{documentId}' cannot be cut into passages: {finding}.", innerException) => DocumentId = documentId;

    /// <summary>The document.</summary>
    public string DocumentId { get; }
}
