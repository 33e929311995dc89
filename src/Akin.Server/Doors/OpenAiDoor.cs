using System.Text.Json;
using Akin.Server.Batching;
using Akin.Server.Http;
using Akin.Server.Models;

namespace Akin.Server.Doors;

/// <summary>
/// OpenAI's embeddings (<c>/v1/embeddings</c>), at Azure's path too, and as Infinity (<c>/embeddings</c>) and Voyage AI send them. Vectors have length 1.
/// </summary>
internal static class OpenAiDoor
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (string path in (ReadOnlySpan<string>)["/v1/embeddings", "/embeddings", "/openai/v1/embeddings", "/openai/deployments/{model}/embeddings"])
        {
            routes.MapPost(path, EmbedAsync).WithMetadata(ErrorFormat.OpenAi);
        }
    }

    private static async Task EmbedAsync(HttpContext context)
    {
        JsonFields body = await JsonFields.ReadAsync(context).ConfigureAwait(false);
        ServedEncoder model = context.RequestServices.GetRequiredService<ModelCatalog>().Encoder((string?)context.Request.RouteValues["model"] ?? body.Text("model"));
        bool asBase64 = body.Choice("encoding_format", "float", "base64") == "base64";
        body.Choice("output_dtype", "float");
        string dimensions = body.Has("output_dimension") ? "output_dimension" : "dimensions"; // as Voyage calls it
        EmbeddingShape shape = new()
        {
            Prompt = model.PromptOf(body.Text("input_type"), "input_type"), // Voyage
            Dimensions = body.Integer(dimensions, minimum: 1),
            DimensionsField = dimensions,
            Normalizes = true,
            RefusesLongTexts = body.Flag("truncation") == false, // Voyage
            TextField = "input",
        };
        QueuedModels models = context.RequestServices.GetRequiredService<QueuedModels>();
        RequestLimits limits = RequestLimits.Of(context);
        (float[][] embeddings, long tokenCount) = TokenIds(body, model) is { } ids
            ? await models.EmbedAsync(model, ids, shape, limits).ConfigureAwait(false)
            : await models.EmbedAsync(model, Texts(body), shape, limits).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(context, json => Write(json, model.Name, embeddings, tokenCount, asBase64)).ConfigureAwait(false);
    }

    private static IReadOnlyList<string> Texts(JsonFields body)
    {
        IReadOnlyList<string> texts = body.Texts("input");
        for (int i = 0; i < texts.Count; i++)
        {
            if (texts[i].Length == 0)
            {
                throw RequestException.Invalid("input", texts.Count == 1 ? "input is empty." : $"input[{i}] is empty.");
            }
        }

        return texts;
    }

    /// <summary>Token ids of the model's own vocabulary, special tokens included, one list or several; null where the input is text.</summary>
    private static TokenizedText[]? TokenIds(JsonFields body, ServedEncoder model)
    {
        if (body.Value("input") is not { ValueKind: JsonValueKind.Array } input || input.GetArrayLength() == 0)
        {
            return null;
        }

        switch (input[0].ValueKind)
        {
            case JsonValueKind.Number:
                return [Ids(input, model, "input")];
            case JsonValueKind.Array:
                body.RequireCount(input.GetArrayLength(), "input");
                return [.. input.EnumerateArray().Select((ids, i) => Ids(ids, model, $"input[{i}]"))];
            default:
                return null;
        }
    }

    private static TokenizedText Ids(JsonElement list, ServedEncoder model, string field)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            throw RequestException.Invalid(field, $"{field} must be a list of token ids.");
        }

        List<int> ids = [];
        foreach (JsonElement element in list.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out int id) || id < 0 || id >= model.Tokenizer.IdLimit)
            {
                throw RequestException.Invalid(field, $"{field} must have token ids of model '{model.Name}', which are 0 to {model.Tokenizer.IdLimit - 1}.");
            }

            if (ids.Count < model.MaxSequenceLength)
            {
                ids.Add(id);
            }
        }

        return new TokenizedText([.. ids]);
    }

    private static void Write(Utf8JsonWriter json, string model, float[][] embeddings, long tokenCount, bool asBase64)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        for (int i = 0; i < embeddings.Length; i++)
        {
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", i);
            json.WritePropertyName("embedding");
            EmbeddingJson.Write(json, embeddings[i], asBase64);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model", model);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", tokenCount);
        json.WriteNumber("total_tokens", tokenCount);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
