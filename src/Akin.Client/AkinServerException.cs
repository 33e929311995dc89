using System.Net;
using Akin.Client.Messages;

namespace Akin.Client;

/// <summary>The server refused a request, or could not do what it asks.</summary>
public class AkinServerException : Exception
{
    internal AkinServerException(HttpStatusCode status, Problem? problem, string message)
        : base(message)
    {
        StatusCode = status;
        Problem = problem;
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>What the server says is wrong; null where the answer holds no problem, as one that a proxy made.</summary>
    public Problem? Problem { get; }
}
