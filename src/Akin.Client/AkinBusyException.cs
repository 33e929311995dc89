using System.Net;
using Akin.Client.Messages;

namespace Akin.Client;

/// <summary>The server has too much to do, or takes no requests now (429, 503), and still had when the last retry was made.</summary>
public sealed class AkinBusyException : AkinServerException
{
    internal AkinBusyException(HttpStatusCode status, Problem? problem, string message, TimeSpan? retryAfter)
        : base(status, problem, message) => RetryAfter = retryAfter;

    /// <summary>When the server wants to be asked again, where it says so.</summary>
    public TimeSpan? RetryAfter { get; }
}
