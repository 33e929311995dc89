namespace Akin.Search.Postgres;

/// <summary>The server could not be reached, or refused what was asked of it; the message is its own. What was stored before is kept.</summary>
public sealed class PostgresStoreException : SearchIndexException
{
    /// <param name="place">The store.</param>
    /// <param name="finding">What the server said.</param>
    /// <param name="cause">The error below.</param>
    public PostgresStoreException(string place, string finding, Exception? cause = null)
        : base(place, $"Index '{place}': {finding.TrimEnd('.')}. What was stored before is kept.", cause)
    {
    }
}
