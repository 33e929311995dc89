using System.IO.Pipelines;
using System.Text.Json;
using Akin.Client.Messages;
using Akin.Datasets;
using Akin.Search;
using Akin.Server.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Akin.Server.Indexes;

/// <summary>Adds the documents of one request: in whatever form they come, and with progress for who asks for it.</summary>
internal static class DocumentUpload
{
    private const string JsonLinesType = "application/x-ndjson";
    private const string Supported = "application/json, application/x-ndjson, text/csv, text/tab-separated-values, or multipart/form-data with files .jsonl, .csv, .tsv";

    public static async Task RunAsync(HttpContext context)
    {
        DocumentIngest ingest = new(IndexRoutes.IndexOf(context));
        bool isStreamed = context.Request.GetTypedHeaders().Accept?.Any(type => type.MediaType == JsonLinesType) ?? false;
        Func<AddDocumentsResponse, Task>? progress = isStreamed ? line => WriteLineAsync(context, line) : null;
        try
        {
            await IngestAsync(context, ingest, progress, context.RequestAborted);
        }
        catch (Exception error) when (ReasonOf(error, ingest) is { } refused)
        {
            if (!context.Response.HasStarted)
            {
                throw refused;
            }

            // The answer has begun, so its last line tells.
            await WriteLineAsync(context, ingest.Line() with { Done = true, Problem = new Problem { Status = refused.Status, Detail = refused.Message, Field = refused.Field, Row = refused.Row } });
            return;
        }

        if (isStreamed)
        {
            await WriteLineAsync(context, ingest.Line() with { Done = true });
        }
        else
        {
            await IndexRoutes.AnswerAsync(context, ingest.Done, AkinJson.Wire.AddDocumentsResponse);
        }
    }

    private static async Task IngestAsync(HttpContext context, DocumentIngest ingest, Func<AddDocumentsResponse, Task>? progress, CancellationToken cancellationToken)
    {
        HttpRequest request = context.Request;
        AkinServerOptions options = context.RequestServices.GetRequiredService<AkinServerOptions>();
        RowColumns columns = new(
            request.Query["text_field"] is [{ Length: > 0 } text] ? text : "text",
            request.Query["title_field"] is [{ Length: > 0 } title] ? title : "title",
            request.Query["id_field"] is [{ Length: > 0 } id] ? id : null,
            options.MaxTextLength);
        MediaTypeHeaderValue? type = request.GetTypedHeaders().ContentType;
        switch (type?.MediaType.Value?.ToLowerInvariant())
        {
            case "application/json":
                using (JsonDocument json = await JsonDocument.ParseAsync(request.Body, new JsonDocumentOptions { MaxDepth = options.MaxJsonDepth, AllowDuplicateProperties = false }, cancellationToken))
                {
                    await ingest.RunAsync(Async(DocumentRows.Json(ListOf(json), columns)), progress, cancellationToken);
                }

                break;
            case JsonLinesType or "application/jsonl" or "application/x-jsonlines":
                Unlimited(context);
                await ingest.RunAsync(DocumentRows.JsonLines(request.BodyReader, columns, cancellationToken), progress, cancellationToken);
                break;
            case "text/csv" or "text/tab-separated-values":
                Unlimited(context);
                await IngestTableAsync(ingest, request.Body, type.MediaType.EndsWith("csv", StringComparison.OrdinalIgnoreCase) ? ',' : '\t', columns, progress, cancellationToken);
                break;
            case "multipart/form-data":
                RequireOwnPage(request, options);
                Unlimited(context);
                await IngestFormAsync(ingest, request, type, columns, progress, cancellationToken);
                break;
            default:
                throw new RequestException(StatusCodes.Status415UnsupportedMediaType, $"Documents are sent as {Supported}.");
        }
    }

    private static async Task IngestFormAsync(
        DocumentIngest ingest, HttpRequest request, MediaTypeHeaderValue type, RowColumns columns, Func<AddDocumentsResponse, Task>? progress, CancellationToken cancellationToken)
    {
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 } found
            ? found
            : throw new RequestException(StatusCodes.Status400BadRequest, "The Content-Type of a form names its boundary; this one does not.");
        MultipartReader reader = new(boundary, request.Body) { BodyLengthLimit = null };
        bool any = false;
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (section.GetContentDispositionHeader() is not { } header || !header.IsFileDisposition())
            {
                continue;
            }

            any = true;
            string file = header.FileNameStar.Value ?? HeaderUtilities.RemoveQuotes(header.FileName).Value ?? "";
            RowColumns own = columns with { File = Path.GetFileName(file) };
            switch (Path.GetExtension(file).ToLowerInvariant())
            {
                case ".jsonl" or ".ndjson":
                    await ingest.RunAsync(DocumentRows.JsonLines(PipeReader.Create(section.Body), own, cancellationToken), progress, cancellationToken, own.File);
                    break;
                case ".csv":
                    await IngestTableAsync(ingest, section.Body, ',', own, progress, cancellationToken);
                    break;
                case ".tsv":
                    await IngestTableAsync(ingest, section.Body, '\t', own, progress, cancellationToken);
                    break;
                default:
                    throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "The name of a file must end in .jsonl, .ndjson, .csv or .tsv.", "file");
            }
        }

        if (!any)
        {
            throw RequestException.Invalid("file", "The form has no file.");
        }
    }

    /// <summary>A form is what the page of any web site may send here without asking first: only that of this server may, and those that the settings name.</summary>
    private static void RequireOwnPage(HttpRequest request, AkinServerOptions options)
    {
        string origin = request.Headers.Origin.ToString();
        bool isOwn = origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? page) && page.Authority == request.Host.Value);
        if (!isOwn && !options.CorsOrigins.Contains(origin) && !options.CorsOrigins.Contains("*"))
        {
            throw new RequestException(StatusCodes.Status403Forbidden, "Pages of other web sites may not send forms here.");
        }
    }

    /// <summary>A table is kept in a file until it is stored: cutting it into rows must not make a thread wait for a slow sender.</summary>
    private static async Task IngestTableAsync(
        DocumentIngest ingest, Stream input, char delimiter, RowColumns columns, Func<AddDocumentsResponse, Task>? progress, CancellationToken cancellationToken)
    {
        string path = Path.Combine(Path.GetTempPath(), $"akin-upload-{Guid.NewGuid():N}.csv");
        try
        {
            await using (FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await input.CopyToAsync(file, cancellationToken);
            }

            await ingest.RunAsync(Async(DocumentRows.Table(path, delimiter, columns)), progress, cancellationToken, columns.File);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static JsonElement ListOf(JsonDocument json) => json.RootElement switch
    {
        { ValueKind: JsonValueKind.Array } list => list,
        { ValueKind: JsonValueKind.Object } body when body.TryGetProperty("documents", out JsonElement list) && list.ValueKind == JsonValueKind.Array => list,
        _ => throw RequestException.Invalid("documents", "The body is {\"documents\": [{\"id\": \"1\", \"text\": \"…\"}, …]}."),
    };

#pragma warning disable CS1998 // There is nothing to wait for.
    private static async IAsyncEnumerable<DocumentRow> Async(IEnumerable<DocumentRow> rows)
    {
        foreach (DocumentRow row in rows)
        {
            yield return row;
        }
    }
#pragma warning restore CS1998

    private static void Unlimited(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
    }

    private static async Task WriteLineAsync(HttpContext context, AddDocumentsResponse line)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = JsonLinesType;
        }

        await JsonSerializer.SerializeAsync(context.Response.BodyWriter, line, AkinJson.Wire.AddDocumentsResponse, context.RequestAborted);
        await context.Response.BodyWriter.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
    }

    /// <summary>Why the rest of the rows was not read, for what can happen to any request; null for what should not.</summary>
    private static RequestException? ReasonOf(Exception error, DocumentIngest ingest)
    {
        long rows = ingest.Done.Rows;
        string done = rows == 0 ? "" : $" The {rows} rows before are dealt with.";
        return error switch
        {
            RequestException refused => new RequestException(refused.Status, refused.Message + done, refused.Field) { Row = rows == 0 ? refused.Row : rows, RetryAfter = refused.RetryAfter, Code = refused.Code },
            DataFormatException data => new RequestException(StatusCodes.Status400BadRequest, $"The file{(ingest.File is { } file ? $" '{file}'" : "")} cannot be read on: {DocumentRows.Finding(data)}{done}", "file") { Row = rows },
            JsonException json => new RequestException(StatusCodes.Status400BadRequest, JsonProblem.Describe(json)),
            IndexBusyException => new RequestException(StatusCodes.Status503ServiceUnavailable, $"Another process writes to the index.{done}") { RetryAfter = TimeSpan.FromSeconds(5), Row = rows },
            IndexStorageException => new RequestException(StatusCodes.Status507InsufficientStorage, $"The disk of the server is full or cannot be written.{done}") { Row = rows },
            InvalidDataException or BadHttpRequestException or IOException => new RequestException(StatusCodes.Status400BadRequest, $"The body breaks off or is no form.{done}") { Row = rows },
            _ => null,
        };
    }
}
