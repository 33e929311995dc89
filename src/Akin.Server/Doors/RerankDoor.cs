using System.Text.Json;
using Akin.Pipelines;
using Akin.Server.Batching;
using Akin.Server.Http;
using Akin.Server.Models;

namespace Akin.Server.Doors;

/// <summary>
/// Re-ranking as Cohere, Jina, Voyage AI and Akin itself ask for it: a query and documents. The scores are the sigmoid of what the model gives, 0 … 1.
/// </summary>
internal static class RerankDoor
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/rerank", context => RerankAsync(context, version: "1")); // its errors are read by all of these clients
        routes.MapPost("/v2/rerank", context => RerankAsync(context, version: "2")).WithMetadata(ErrorFormat.Cohere);
    }

    /// <summary>Answers a request whose body is to be read.</summary>
    private static async Task RerankAsync(HttpContext context, string version) =>
        await RerankAsync(context, await JsonFields.ReadAsync(context).ConfigureAwait(false), version).ConfigureAwait(false);

    /// <summary>Answers a request whose body was read to see whose it is.</summary>
    public static async Task RerankAsync(HttpContext context, JsonFields body, string version)
    {
        ServedClassifier model = context.RequestServices.GetRequiredService<ModelCatalog>().Reranker(body.Text("model"));
        string query = body.RequiredText("query");
        IReadOnlyList<string> documents = Documents(body);
        bool isVoyage = body.Has("top_k") || body.Has("truncation");
        int count = body.Integer(isVoyage ? "top_k" : "top_n", minimum: 1) ?? int.MaxValue;
        bool returnsDocuments = body.Flag("return_documents") ?? false;
        bool isRaw = body.Flag("raw_scores") ?? false;
        (RankedDocument[] ranked, long tokenCount) = await RankAsync(context, model, query, documents, isRaw).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("id", Guid.CreateVersion7());
            if (isVoyage)
            {
                json.WriteString("object", "list");
            }

            json.WriteString("model", model.Name);
            json.WriteStartArray(isVoyage ? "data" : "results");
            foreach (RankedDocument document in ranked.Take(count))
            {
                json.WriteStartObject();
                json.WriteNumber("index", document.CorpusId);
                json.WriteNumber("relevance_score", document.Score);
                if (returnsDocuments)
                {
                    WriteDocument(json, documents[document.CorpusId], isVoyage);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("usage");
            json.WriteNumber("prompt_tokens", tokenCount);
            json.WriteNumber("total_tokens", tokenCount);
            json.WriteEndObject();
            CohereDoor.WriteMeta(json, version, "search_units", 1);
            json.WriteEndObject();
        }).ConfigureAwait(false);
    }

    /// <summary>Scores documents, the best first; equal ones stay in their order.</summary>
    public static async Task<(RankedDocument[] Ranked, long TokenCount)> RankAsync(
        HttpContext context, ServedClassifier model, string query, IReadOnlyList<string> documents, bool isRaw)
    {
        (float[][] scores, long tokenCount) = await context.RequestServices.GetRequiredService<QueuedModels>()
            .ScoreAsync(model, [.. documents.Select(document => (query, (string?)document))], RequestLimits.Of(context)).ConfigureAwait(false);
        foreach (float[] row in scores)
        {
            (isRaw ? ScoreActivation.Identity : ScoreActivation.Sigmoid).Apply(row);
        }

        return ([.. scores.Select((row, i) => new RankedDocument(i, row[0])).OrderByDescending(document => document.Score)], tokenCount);
    }

    /// <summary>Documents are texts, or objects with a text or with the fields to rank by.</summary>
    private static IReadOnlyList<string> Documents(JsonFields body)
    {
        if (body.Value("documents") is not { ValueKind: JsonValueKind.Array } list)
        {
            throw RequestException.Invalid("documents", "documents must be a list of texts, or of objects with a text.");
        }

        body.RequireCount(list.GetArrayLength(), "documents");
        IReadOnlyList<string>? fields = body.Has("rank_fields") ? body.Texts("rank_fields") : null;
        return [.. list.EnumerateArray().Select((document, i) => Text(body, document, fields, $"documents[{i}]"))];
    }

    private static string Text(JsonFields body, JsonElement document, IReadOnlyList<string>? fields, string place)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            return body.TextOf(document, place);
        }

        if (fields is null)
        {
            return document.TryGetProperty("text", out JsonElement text) ? body.TextOf(text, place + ".text") : throw RequestException.Invalid(place, $"{place} has no text.");
        }

        return string.Join('\n', fields
            .Where(field => document.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
            .Select(field => $"{field}: {body.TextOf(document.GetProperty(field), $"{place}.{field}")}"));
    }

    private static void WriteDocument(Utf8JsonWriter json, string document, bool isVoyage)
    {
        if (isVoyage)
        {
            json.WriteString("document", document);
            return;
        }

        json.WriteStartObject("document");
        json.WriteString("text", document);
        json.WriteEndObject();
    }
}
