using System.Net;

namespace Akin.Hub;

/// <summary>The hub did not answer, broke off, or answered with an error that is not about the model.</summary>
public sealed class HubUnavailableException : HubException
{
    internal HubUnavailableException(string message, HttpStatusCode? statusCode = null, Exception? innerException = null)
        : base(message, innerException)
    {
        StatusCode = statusCode;
    }

    /// <summary>The status of the answer, or <see langword="null"/> when there was none.</summary>
    public HttpStatusCode? StatusCode { get; }
}
