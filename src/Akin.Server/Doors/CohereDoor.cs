using System.Text.Json;
using Akin.Pipelines;
using Akin.Server.Batching;
using Akin.Server.Http;
using Akin.Server.Models;

namespace Akin.Server.Doors;

/// <summary>
/// Cohere's <c>/v1/embed</c> and <c>/v2/embed</c>. Vectors have length 1. Bytes (<c>int8</c>, <c>uint8</c>) stand for a fixed range of ±4 / √dimensions, which
/// nearly all components of such vectors lie in, so that vectors of different requests can be compared.
/// </summary>
internal static class CohereDoor
{
    private const double RangeInDeviations = 4;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/embed", async context => await EmbedAsync(context, await JsonFields.ReadAsync(context).ConfigureAwait(false), "1").ConfigureAwait(false))
            .WithMetadata(ErrorFormat.Cohere);
        routes.MapPost("/v2/embed", async context => await EmbedAsync(context, await JsonFields.ReadAsync(context).ConfigureAwait(false), "2").ConfigureAwait(false))
            .WithMetadata(ErrorFormat.Cohere);
    }

    /// <summary>Answers a request for embeddings.</summary>
    public static async Task EmbedAsync(HttpContext context, JsonFields body, string version)
    {
        if (body.Has("images"))
        {
            throw RequestException.Invalid("images", "Images cannot be embedded here: no model for them is loaded.");
        }

        ServedEncoder model = context.RequestServices.GetRequiredService<ModelCatalog>().Encoder(body.Text("model"));
        IReadOnlyList<string> texts = body.Has("inputs") && !body.Has("texts") ? Inputs(body) : body.Texts("texts");
        string[] types = Types(body, version);
        EmbeddingShape shape = new()
        {
            Prompt = model.PromptOf(
                body.Choice("input_type", "search_query", "search_document", "classification", "clustering") switch
                {
                    "search_query" => "query",
                    "search_document" => "document",
                    _ => null,
                },
                "input_type"),
            Dimensions = body.Integer("output_dimension", minimum: 1),
            DimensionsField = "output_dimension",
            Normalizes = true,
            RefusesLongTexts = body.Choice("truncate", "NONE", "END") == "NONE",
        };
        (float[][] embeddings, long tokenCount) = await context.RequestServices.GetRequiredService<QueuedModels>()
            .EmbedAsync(model, texts, shape, RequestLimits.Of(context)).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("id", Guid.CreateVersion7());
            json.WriteString("response_type", types.Length == 0 ? "embeddings_floats" : "embeddings_by_type");
            json.WritePropertyName("embeddings");
            if (types.Length == 0)
            {
                Write(json, embeddings, "float");
            }
            else
            {
                json.WriteStartObject();
                foreach (string type in types)
                {
                    json.WritePropertyName(type);
                    Write(json, embeddings, type);
                }

                json.WriteEndObject();
            }

            json.WriteStartArray("texts");
            foreach (string text in texts)
            {
                json.WriteStringValue(text);
            }

            json.WriteEndArray();
            WriteMeta(json, version, "input_tokens", tokenCount);
            json.WriteEndObject();
        }).ConfigureAwait(false);
    }

    /// <summary>What Cohere's clients count by.</summary>
    public static void WriteMeta(Utf8JsonWriter json, string version, string unit, long count)
    {
        json.WriteStartObject("meta");
        json.WriteStartObject("api_version");
        json.WriteString("version", version);
        json.WriteEndObject();
        json.WriteStartObject("billed_units");
        json.WriteNumber(unit, count);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The types asked for; none where version 1 is to answer with a plain list.</summary>
    private static string[] Types(JsonFields body, string version)
    {
        if (!body.Has("embedding_types"))
        {
            return version == "1" ? [] : ["float"];
        }

        string[] types = [.. body.Texts("embedding_types").Distinct()];
        int unknown = Array.FindIndex(types, type => type is not ("float" or "int8" or "uint8" or "binary" or "ubinary" or "base64"));
        return unknown < 0 ? types : throw RequestException.Invalid("embedding_types", "embedding_types must be among float, int8, uint8, binary, ubinary, base64.");
    }

    /// <summary>Version 2's other way to give texts: <c>[{content: [{type: text, text}]}]</c>.</summary>
    private static IReadOnlyList<string> Inputs(JsonFields body)
    {
        if (body.Value("inputs") is not { ValueKind: JsonValueKind.Array } list)
        {
            throw RequestException.Invalid("inputs", "inputs must be a list of objects with content.");
        }

        body.RequireCount(list.GetArrayLength(), "inputs");
        return [.. list.EnumerateArray().Select((input, i) => Content(body, input, $"inputs[{i}].content"))];
    }

    private static string Content(JsonFields body, JsonElement input, string place)
    {
        if (input.ValueKind == JsonValueKind.Object && input.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.Array)
        {
            JsonElement[] parts = [.. content.EnumerateArray()];
            if (parts.Length > 0 && Array.TrueForAll(parts, part => part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out _)))
            {
                return string.Join('\n', parts.Select(part => body.TextOf(part.GetProperty("text"), place)));
            }
        }

        throw RequestException.Invalid(place, $"{place} must be a list of objects with a text.");
    }

    private static void Write(Utf8JsonWriter json, float[][] embeddings, string type)
    {
        QuantizedEmbeddings? quantized = type switch
        {
            "int8" => Quantize(embeddings, EmbeddingPrecision.Int8),
            "uint8" => Quantize(embeddings, EmbeddingPrecision.UInt8),
            "binary" => Quantize(embeddings, EmbeddingPrecision.Binary),
            "ubinary" => Quantize(embeddings, EmbeddingPrecision.UBinary),
            _ => null,
        };
        json.WriteStartArray();
        for (int row = 0; row < embeddings.Length; row++)
        {
            if (quantized is null)
            {
                EmbeddingJson.Write(json, embeddings[row], asBase64: type == "base64");
                continue;
            }

            json.WriteStartArray();
            foreach (byte code in quantized.Row(row))
            {
                json.WriteNumberValue(type is "int8" or "binary" ? (sbyte)code : code);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static QuantizedEmbeddings Quantize(float[][] embeddings, EmbeddingPrecision precision)
    {
        int dimension = embeddings[0].Length;
        float[] limit = new float[dimension];
        Array.Fill(limit, (float)(RangeInDeviations / Math.Sqrt(dimension)));
        bool isBits = precision is EmbeddingPrecision.Binary or EmbeddingPrecision.UBinary;
        return QuantizedEmbeddings.Quantize(embeddings, precision, isBits ? null : new EmbeddingRanges(Array.ConvertAll(limit, value => -value), limit));
    }
}
