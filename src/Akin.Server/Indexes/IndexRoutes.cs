using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Akin.Client.Messages;
using Akin.Search;
using Akin.Search.Filters;
using Akin.Server.Batching;
using Akin.Server.Http;
using Akin.Server.Security;
using Microsoft.AspNetCore.Http.Features;

namespace Akin.Server.Indexes;

/// <summary>The routes of indexes: what there is, search, documents, map.</summary>
internal static class IndexRoutes
{
    private const int DefaultPage = 20;
    private const int LargestPage = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/indexes", List).WithSummary("The indexes of the server.");
        routes.MapGet("/v1/indexes/{name}", Describe).WithSummary("What an index is made of and what it holds: fields and their values, languages.");
        routes.MapPost("/v1/indexes/{name}/search", Search).WithSummary("Search by meaning, by words or both, with filter, facets, re-ranking, highlights and explanations.");
        routes.MapGet("/v1/indexes/{name}/map", Draw).WithSummary("The documents as points of a plane.");
        routes.MapGet("/v1/indexes/{name}/documents", Page).WithSummary("The documents in the order they were added.");
        routes.MapGet("/v1/indexes/{name}/documents/{**id}", Get).WithSummary("A document.");
        routes.MapPost("/v1/indexes/{name}/documents", DocumentUpload.RunAsync).RequireAccess(AccessRole.Writer)
            .WithSummary("Add documents: JSON, JSON Lines (streamed), CSV, or a form with files.");
        routes.MapDelete("/v1/indexes/{name}/documents/{**id}", Delete).RequireAccess(AccessRole.Writer).WithSummary("Delete a document.");
    }

    /// <summary>The index that a request names.</summary>
    public static ServedIndex IndexOf(HttpContext context) => context.RequestServices.GetRequiredService<IndexCatalog>().Find((string)context.Request.RouteValues["name"]!);

    /// <summary>Answers with a message.</summary>
    public static Task AnswerAsync<TMessage>(HttpContext context, TMessage message, JsonTypeInfo<TMessage> type)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.BodyWriter, message, type, context.RequestAborted);
    }

    /// <summary>Reads the body of a request as a message.</summary>
    /// <exception cref="RequestException">It is no such message; the error names the field.</exception>
    public static async Task<TMessage> ReadAsync<TMessage>(HttpContext context, JsonTypeInfo<TMessage> type)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "The body must be application/json.");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
                ?? throw new RequestException(StatusCodes.Status400BadRequest, "The body is null, not an object.");
        }
        catch (JsonException error) when (error is { InnerException: not JsonException, Path: { Length: > 2 } path })
        {
            // It is JSON, but not such a message.
            throw RequestException.Invalid(path.TrimStart('$', '.'), "There is no such field, or it cannot have this value.");
        }
    }

    private static Task List(HttpContext context)
    {
        IndexCatalog catalog = context.RequestServices.GetRequiredService<IndexCatalog>();
        return AnswerAsync(context, new IndexesResponse([.. catalog.All.Select(index => index.Statistics.Summary())]), AkinJson.Wire.IndexesResponse);
    }

    private static Task Describe(HttpContext context)
    {
        IReadOnlyList<string> rerankers = context.RequestServices.GetRequiredService<IndexModels>().Rerankers;
        return AnswerAsync(context, IndexOf(context).Statistics.Describe(rerankers, context.RequestAborted), AkinJson.Wire.IndexDescription);
    }

    private static async Task Search(HttpContext context)
    {
        ServedIndex index = IndexOf(context);
        IndexSearchRequest request = await ReadAsync(context, AkinJson.Wire.IndexSearchRequest);
        IndexSearch search = context.RequestServices.GetRequiredService<IndexSearch>();
        IndexSearchResponse answer = await WithinDeadlineAsync(context, cancellation => search.RunAsync(index, request, RequestLimits.Of(context) with { Cancellation = cancellation }));
        await AnswerAsync(context, answer, AkinJson.Wire.IndexSearchResponse);
    }

    private static async Task Draw(HttpContext context)
    {
        ServedIndex index = IndexOf(context);
        string? field = context.Request.Query["field"], method = context.Request.Query["method"];
        if (method is not (null or "pca" or "tsne"))
        {
            throw RequestException.Invalid("method", "The method is pca or tsne.");
        }

        MapResponse map = await WithinDeadlineAsync(context, cancellation => index.Map.DrawAsync(method == "tsne", string.IsNullOrEmpty(field) ? null : field, cancellation));
        await AnswerAsync(context, map, AkinJson.Wire.MapResponse);
    }

    private static Task Page(HttpContext context)
    {
        ServedIndex index = IndexOf(context);
        int offset = Number(context, "offset", 0, 0, int.MaxValue), limit = Number(context, "limit", DefaultPage, 1, LargestPage);
        DocumentFilter? filter = context.Request.Query["filter"].ToString() is { Length: > 0 } json ? SearchPlan.FilterOf(json) : null;
        IReadOnlyList<Document> documents = index.Store.Page(offset, limit, filter, context.RequestAborted);
        long total = filter is null ? index.Store.Count : index.Store.CountOf(filter, context.RequestAborted);
        return AnswerAsync(context, new DocumentsResponse([.. documents.Select(MessageOf)], total, offset), AkinJson.Wire.DocumentsResponse);
    }

    private static Task Get(HttpContext context)
    {
        Document document = IndexOf(context).Store.Get(IdOf(context)) ?? throw IndexSearch.NoDocument("id");
        return AnswerAsync(context, MessageOf(document), AkinJson.Wire.IndexDocument);
    }

    private static async Task Delete(HttpContext context)
    {
        ServedIndex index = IndexOf(context);
        using (await index.BeginWritingAsync(context.RequestAborted))
        {
            if (index.Store.Delete([IdOf(context)]) == 0)
            {
                throw IndexSearch.NoDocument("id");
            }
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Identifiers may be of any characters, slashes too, so what was sent is read, not what routing made of it.</summary>
    private static string IdOf(HttpContext context)
    {
        const string Before = "/documents/";
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        return Uri.UnescapeDataString(target[(target.IndexOf(Before, StringComparison.Ordinal) + Before.Length)..]);
    }

    private static IndexDocument MessageOf(Document document)
    {
        Dictionary<string, JsonElement>? fields = null;
        foreach (JsonProperty property in document.Metadata is { } metadata ? JsonElement.Parse(metadata).EnumerateObject() : [])
        {
            if (property.Name is not ("id" or "title" or "text"))
            {
                (fields ??= [])[property.Name] = property.Value;
            }
        }

        return new IndexDocument(document.Id, document.Text) { Title = document.Title, Fields = fields };
    }

    private static int Number(HttpContext context, string name, int otherwise, int least, int most) =>
        context.Request.Query[name].ToString() is not { Length: > 0 } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? number
        : throw RequestException.Invalid(name, $"A whole number from {least} to {most} is wanted.");

    private static async Task<TAnswer> WithinDeadlineAsync<TAnswer>(HttpContext context, Func<CancellationToken, Task<TAnswer>> work)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(RequestLimits.Of(context).Remaining);
        try
        {
            return await work(deadline.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new RequestException(StatusCodes.Status504GatewayTimeout, "The request was not answered before its deadline.");
        }
    }
}
