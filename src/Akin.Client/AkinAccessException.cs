using System.Net;
using Akin.Client.Messages;

namespace Akin.Client;

/// <summary>The key is missing, unknown, or may not do this (401, 403).</summary>
public sealed class AkinAccessException : AkinServerException
{
    internal AkinAccessException(HttpStatusCode status, Problem? problem, string message)
        : base(status, problem, message)
    {
    }
}
