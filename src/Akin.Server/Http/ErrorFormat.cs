using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Akin.Server.Http;

/// <summary>How an error is written: every client library reads its own shape. Metadata of a route; a route that several clients share chooses once it knows the body.</summary>
internal sealed class ErrorFormat
{
    private readonly Action<Utf8JsonWriter, RequestException> _write;

    private ErrorFormat(string contentType, Action<Utf8JsonWriter, RequestException> write) => (ContentType, _write) = (contentType, write);

    /// <summary>RFC 9457 (problem details): Akin's own routes. It has <c>message</c> beside <c>detail</c> for the clients that read only that.</summary>
    public static ErrorFormat Problem { get; } = new("application/problem+json", (json, error) =>
    {
        json.WriteStartObject();
        json.WriteString("type", "about:blank");
        json.WriteString("title", ReasonPhrases.GetReasonPhrase(error.Status));
        json.WriteNumber("status", error.Status);
        json.WriteString("detail", error.Message);
        json.WriteString("message", error.Message);
        if (error.Field is { } field)
        {
            json.WriteString("field", field);
        }

        if (error.Row is { } row)
        {
            json.WriteNumber("row", row);
        }

        json.WriteEndObject();
    });

    /// <summary>OpenAI: <c>{"error": {message, type, param, code}}</c>.</summary>
    public static ErrorFormat OpenAi { get; } = new("application/json", (json, error) =>
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", error.Message);
        json.WriteString("type", error.Status switch
        {
            StatusCodes.Status429TooManyRequests => "rate_limit_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        });
        json.WriteString("param", error.Field);
        json.WriteString("code", error.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>Text Embeddings Inference: <c>{error, error_type}</c>, and 422 for a field that has a wrong value.</summary>
    public static ErrorFormat Tei { get; } = new("application/json", (json, error) =>
    {
        json.WriteStartObject();
        json.WriteString("error", error.Message);
        json.WriteString("error_type", error.Status switch
        {
            StatusCodes.Status424FailedDependency => "Backend",
            StatusCodes.Status429TooManyRequests => "Overloaded",
            >= 500 => "Unhealthy",
            _ => "Validation",
        });
        json.WriteEndObject();
    });

    /// <summary>Cohere: <c>{message}</c>.</summary>
    public static ErrorFormat Cohere { get; } = new("application/json", (json, error) =>
    {
        json.WriteStartObject();
        json.WriteString("message", error.Message);
        json.WriteEndObject();
    });

    /// <summary>Jina and Voyage: <c>{detail}</c>.</summary>
    public static ErrorFormat Jina { get; } = new("application/json", (json, error) =>
    {
        json.WriteStartObject();
        json.WriteString("detail", error.Message);
        json.WriteEndObject();
    });

    /// <summary>The media type of the body.</summary>
    public string ContentType { get; }

    /// <summary>The format that applies to a request.</summary>
    public static ErrorFormat Of(HttpContext context) =>
        context.Features.Get<ErrorFormat>() ?? context.GetEndpoint()?.Metadata.GetMetadata<ErrorFormat>() ?? Problem;

    /// <summary>Chooses the format of a request on a route that several kinds of clients share.</summary>
    public void Use(HttpContext context) => context.Features.Set(this);

    /// <summary>Answers a request with an error.</summary>
    public async Task WriteAsync(HttpContext context, RequestException error)
    {
        HttpResponse response = context.Response;
        response.Clear();
        response.StatusCode = this == Tei && error is { Status: StatusCodes.Status400BadRequest, Field: not null } ? StatusCodes.Status422UnprocessableEntity : error.Status;
        response.ContentType = ContentType;
        if (error.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = $"{Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds))}";
        }

        if (error.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        await using (Utf8JsonWriter json = new(response.BodyWriter))
        {
            _write(json, error);
        }

        await response.CompleteAsync().ConfigureAwait(false);
    }
}
