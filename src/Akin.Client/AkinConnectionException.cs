namespace Akin.Client;

/// <summary>The server cannot be reached, does not answer in time, or answers what no Akin server answers.</summary>
public sealed class AkinConnectionException : Exception
{
    internal AkinConnectionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
