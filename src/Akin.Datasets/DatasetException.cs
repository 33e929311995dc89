namespace Akin.Datasets;

/// <summary>A data set that cannot give what is asked of it: no such column, row or class, or a value that its column cannot hold.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What was found, what is possible and where.</param>
    /// <param name="innerException">The error below, if any.</param>
    public DatasetException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
