namespace Akin.Server.Http;

/// <summary>A request that is refused: the status, and a reason that may be shown to whoever sent it. It never quotes a text of the request.</summary>
internal sealed class RequestException : Exception
{
    /// <param name="status">The HTTP status, 4xx or 5xx.</param>
    /// <param name="reason">What was found and what is possible.</param>
    /// <param name="field">The field or parameter that is wrong, such as <c>texts[3]</c>; null where there is none.</param>
    public RequestException(int status, string reason, string? field = null)
        : base(reason)
    {
        Status = status;
        Field = field;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The field that is wrong, or null.</summary>
    public string? Field { get; }

    /// <summary>The row of the input that is wrong, or up to which it was dealt with; from 0 on, null where there are no rows.</summary>
    public long? Row { get; init; }

    /// <summary>When to try again, for 429 and 503; null where that is not known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A short name of the kind of error for the clients that ask for one, such as <c>model_not_found</c>.</summary>
    public string? Code { get; init; }

    /// <summary>The deadline has passed.</summary>
    /// <param name="seconds">How long a request may take.</param>
    public static RequestException Expired(double seconds) => new(StatusCodes.Status504GatewayTimeout, $"The request was not finished within {seconds:0.##} seconds.");

    /// <summary>What is wrong with the content: the field has a value that it cannot have.</summary>
    public static RequestException Invalid(string field, string reason) => new(StatusCodes.Status400BadRequest, reason, field);
}
