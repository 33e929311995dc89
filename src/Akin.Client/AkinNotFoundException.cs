using System.Net;
using Akin.Client.Messages;

namespace Akin.Client;

/// <summary>There is no such index, document, model or route (404).</summary>
public sealed class AkinNotFoundException : AkinServerException
{
    internal AkinNotFoundException(HttpStatusCode status, Problem? problem, string message)
        : base(status, problem, message)
    {
    }
}
