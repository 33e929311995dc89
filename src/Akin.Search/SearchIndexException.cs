namespace Akin.Search;

/// <summary>Something is wrong with an index or with what it was asked to do; the message names the place, the finding and the remedy.</summary>
public class SearchIndexException : Exception
{
    /// <param name="folder">The index folder.</param>
    /// <param name="message">What was found, where, and what to do.</param>
    /// <param name="cause">The error below, if there is one.</param>
    public SearchIndexException(string folder, string message, Exception? cause = null)
        : base(message, cause) => Folder = folder;

    /// <summary>The index folder.</summary>
    public string Folder { get; }
}
