using System.Net;
using Akin.Client.Messages;

namespace Akin.Client;

/// <summary>The request cannot be fulfilled as it is: a wrong value, too much at once, an unknown model (400, 413, 415, 422 …). <see cref="AkinServerException.Problem"/> names the field.</summary>
public sealed class AkinRequestException : AkinServerException
{
    internal AkinRequestException(HttpStatusCode status, Problem? problem, string message)
        : base(status, problem, message)
    {
    }
}
