namespace Akin.Search;

/// <summary>A document or its vector cannot be stored.</summary>
public sealed class InvalidDocumentException : SearchIndexException
{
    /// <param name="folder">Where it was to be stored.</param>
    /// <param name="documentId">The identifier of the refused document.</param>
    /// <param name="finding">What is wrong with it.</param>
    public InvalidDocumentException(string folder, string documentId, string finding)
        : base(folder, $"Document '{documentId}' cannot be stored in index '{folder}': {finding}. Nothing of its batch was stored.") =>
        (DocumentId, Finding) = (documentId, finding);

    /// <summary>The identifier of the refused document (may be empty when that is what is wrong).</summary>
    public string DocumentId { get; }

    /// <summary>What is wrong with it.</summary>
    public string Finding { get; }
}
