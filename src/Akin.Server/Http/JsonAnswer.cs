using System.Text.Encodings.Web;
using System.Text.Json;

namespace Akin.Server.Http;

/// <summary>Writes an answer as JSON straight into the connection's buffers.</summary>
internal static class JsonAnswer
{
    /// <summary>Letters of every script are written as they are: answers are UTF-8, and never part of a page.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Answers with 200 and what is written.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using (Utf8JsonWriter json = new(context.Response.BodyWriter, Options))
        {
            write(json);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
