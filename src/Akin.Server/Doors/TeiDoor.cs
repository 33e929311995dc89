using System.Text.Json;
using Akin.Pipelines;
using Akin.Server.Batching;
using Akin.Server.Http;
using Akin.Server.Models;
using Akin.Server.Routes;
using Akin.Tokenizers;

namespace Akin.Server.Doors;

/// <summary>
/// Text Embeddings Inference of Hugging Face, whose clients post to the root too. <c>/embed</c> with <c>texts</c> and <c>/rerank</c> with <c>documents</c> are
/// Cohere's. A field <c>model</c>, which TEI does not have, chooses among several models.
/// </summary>
internal static class TeiDoor
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Post(routes, "/embed", (context, body) => body.Has("texts") ? AsCohere(context, () => CohereDoor.EmbedAsync(context, body, version: "1")) : EmbedAsync(context, body));
        Post(routes, "/rerank", (context, body) => body.Has("documents") ? AsCohere(context, () => RerankDoor.RerankAsync(context, body, version: "1")) : RerankAsync(context, body));
        Post(routes, "/embed_all", EmbedAllAsync);
        Post(routes, "/embed_sparse", (_, _) => throw new RequestException(
            StatusCodes.Status424FailedDependency, "No loaded model gives sparse vectors; /embed gives dense ones."));
        Post(routes, "/predict", PredictAsync);
        Post(routes, "/similarity", SimilarityAsync);
        Post(routes, "/tokenize", TokenizeAsync);
        Post(routes, "/decode", DecodeAsync);
        Post(routes, "/", RootAsync);
        routes.MapGet("/info", InfoAsync).WithMetadata(ErrorFormat.Tei);
    }

    private static void Post(IEndpointRouteBuilder routes, string path, Func<HttpContext, JsonFields, Task> answer) =>
        routes.MapPost(path, async context => await answer(context, await JsonFields.ReadAsync(context).ConfigureAwait(false)).ConfigureAwait(false)).WithMetadata(ErrorFormat.Tei);

    private static Task AsCohere(HttpContext context, Func<Task> answer)
    {
        ErrorFormat.Cohere.Use(context);
        return answer();
    }

    private static ModelCatalog Models(HttpContext context) => context.RequestServices.GetRequiredService<ModelCatalog>();

    private static QueuedModels Queue(HttpContext context) => context.RequestServices.GetRequiredService<QueuedModels>();

    /// <summary>The root answers by what is sent and what is loaded, as TEI does by its one model.</summary>
    private static Task RootAsync(HttpContext context, JsonFields body)
    {
        IReadOnlyList<ServedModel> models = Models(context).Models;
        return body.Has("query") ? RerankAsync(context, body)
            : body.Value("inputs") is { ValueKind: JsonValueKind.Object } ? SimilarityAsync(context, body)
            : models.Any(model => model.Kind == ModelKind.Encoder) ? EmbedAsync(context, body)
            : PredictAsync(context, body);
    }

    private static EmbeddingShape Shape(ServedEncoder model, JsonFields body, bool normalizesByDefault = true)
    {
        bool cutsAtStart = string.Equals(body.Text("truncation_direction"), "left", StringComparison.OrdinalIgnoreCase);
        return new EmbeddingShape
        {
            Prompt = model.PromptOf(body.Text("prompt_name"), "prompt_name"),
            Dimensions = body.Integer("dimensions", minimum: 1),
            Normalizes = body.Flag("normalize") ?? normalizesByDefault,
            RefusesLongTexts = body.Flag("truncate") == false || cutsAtStart, // a text that is too long is never cut at another end than the one asked for
            TextField = "inputs",
        };
    }

    private static async Task EmbedAsync(HttpContext context, JsonFields body)
    {
        ServedEncoder model = Models(context).Encoder(body.Text("model"));
        (float[][] embeddings, _) = await Queue(context).EmbedAsync(model, body.Texts("inputs"), Shape(model, body), RequestLimits.Of(context)).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartArray();
            foreach (float[] embedding in embeddings)
            {
                EmbeddingJson.WriteNumbers(json, embedding);
            }

            json.WriteEndArray();
        }).ConfigureAwait(false);
    }

    private static async Task EmbedAllAsync(HttpContext context, JsonFields body)
    {
        ServedEncoder model = Models(context).Encoder(body.Text("model"));
        (float[][] vectors, int[] tokenCounts) = await Queue(context)
            .TokenVectorsAsync(model, body.Texts("inputs"), Shape(model, body), RequestLimits.Of(context)).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartArray();
            for (int i = 0; i < vectors.Length; i++)
            {
                json.WriteStartArray();
                int size = vectors[i].Length / Math.Max(1, tokenCounts[i]);
                for (int token = 0; token < tokenCounts[i]; token++)
                {
                    EmbeddingJson.WriteNumbers(json, vectors[i].AsSpan(token * size, size));
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
        }).ConfigureAwait(false);
    }

    private static async Task RerankAsync(HttpContext context, JsonFields body)
    {
        ServedClassifier model = Models(context).Reranker(body.Text("model"));
        IReadOnlyList<string> texts = body.Texts("texts");
        (RankedDocument[] ranked, _) = await RerankDoor
            .RankAsync(context, model, body.RequiredText("query"), texts, body.Flag("raw_scores") ?? false).ConfigureAwait(false);
        bool returnsTexts = body.Flag("return_text") ?? false;
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartArray();
            foreach (RankedDocument document in ranked)
            {
                json.WriteStartObject();
                json.WriteNumber("index", document.CorpusId);
                json.WriteNumber("score", document.Score);
                if (returnsTexts)
                {
                    json.WriteString("text", texts[document.CorpusId]);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }).ConfigureAwait(false);
    }

    private static async Task PredictAsync(HttpContext context, JsonFields body)
    {
        ServedClassifier model = Models(context).Classifier(body.Text("model"));
        (IReadOnlyList<(string, string?)> inputs, bool isBatch) = PredictInputs(body);
        (float[][] scores, _) = await Queue(context).ScoreAsync(model, inputs, RequestLimits.Of(context)).ConfigureAwait(false);
        LabelScore[][] ranked = ClassifyRoutes.Ranked(model, scores, body.Flag("raw_scores") ?? false);
        await JsonAnswer.WriteAsync(context, json =>
        {
            if (isBatch)
            {
                json.WriteStartArray();
            }

            foreach (LabelScore[] labels in ranked)
            {
                json.WriteStartArray();
                foreach (LabelScore label in labels)
                {
                    json.WriteStartObject();
                    json.WriteNumber("score", label.Score);
                    json.WriteString("label", label.Label);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            if (isBatch)
            {
                json.WriteEndArray();
            }
        }).ConfigureAwait(false);
    }

    /// <summary>A text, a pair as a list of two, or a list of lists of one or two.</summary>
    private static (IReadOnlyList<(string Text, string? Pair)> Inputs, bool IsBatch) PredictInputs(JsonFields body)
    {
        if (body.Value("inputs") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.Array)
        {
            body.RequireCount(list.GetArrayLength(), "inputs");
            return ([.. list.EnumerateArray().Select((item, i) => Pair(body.TextsOf(item, $"inputs[{i}]"), $"inputs[{i}]"))], true);
        }

        return ([Pair(body.Texts("inputs"), "inputs")], false);
    }

    private static (string, string?) Pair(IReadOnlyList<string> texts, string place) => texts.Count <= 2
        ? (texts[0], texts.Count == 2 ? texts[1] : null)
        : throw RequestException.Invalid(place, $"{place} has {texts.Count} texts: a list of texts is one pair; give several texts as a list of lists of one text each.");

    private static async Task SimilarityAsync(HttpContext context, JsonFields body)
    {
        ServedEncoder model = Models(context).Encoder(body.Text("model"));
        JsonFields inputs = body.Object("inputs") ?? throw RequestException.Invalid("inputs", "inputs is missing: it must have source_sentence and sentences.");
        IReadOnlyList<string> sentences = inputs.Texts("sentences");
        JsonFields parameters = body.Object("parameters") ?? body;
        (float[][] embeddings, _) = await Queue(context)
            .EmbedAsync(model, [inputs.RequiredText("source_sentence"), .. sentences], Shape(model, parameters), RequestLimits.Of(context)).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartArray();
            for (int i = 1; i < embeddings.Length; i++)
            {
                json.WriteNumberValue(QueuedModels.Cosine(embeddings[0], embeddings[i]));
            }

            json.WriteEndArray();
        }).ConfigureAwait(false);
    }

    private static ServedModel AnyModel(HttpContext context, JsonFields body) =>
        body.Text("model") is { } name ? Models(context).Get(name)
        : Models(context).Models is [ServedModel first, ..] ? first
        : throw new RequestException(StatusCodes.Status424FailedDependency, "No model is loaded.");

    private static async Task TokenizeAsync(HttpContext context, JsonFields body)
    {
        ServedModel model = AnyModel(context, body);
        EncodeOptions options = new() { AddSpecialTokens = body.Flag("add_special_tokens") ?? true, OffsetUnit = OffsetUnit.CodePoint };
        string prompt = (model as ServedEncoder)?.PromptOf(body.Text("prompt_name"), "prompt_name") ?? "";
        Encoding[] encodings = [.. body.Texts("inputs").Select(text => model.Tokenizer.Encode(prompt + text, options: options))];
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartArray();
            foreach (Encoding encoding in encodings)
            {
                json.WriteStartArray();
                for (int token = 0; token < encoding.Length; token++)
                {
                    WriteToken(json, encoding, token);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
        }).ConfigureAwait(false);
    }

    private static void WriteToken(Utf8JsonWriter json, Encoding encoding, int token)
    {
        bool isSpecial = encoding.SpecialTokensMask[token] == 1;
        json.WriteStartObject();
        json.WriteNumber("id", encoding.Ids[token]);
        json.WriteString("text", encoding.Tokens[token]);
        json.WriteBoolean("special", isSpecial);
        foreach ((string name, int place) in (ReadOnlySpan<(string, int)>)[("start", encoding.Offsets[token].Start), ("stop", encoding.Offsets[token].End)])
        {
            if (isSpecial)
            {
                json.WriteNull(name);
            }
            else
            {
                json.WriteNumber(name, place);
            }
        }

        json.WriteEndObject();
    }

    private static async Task DecodeAsync(HttpContext context, JsonFields body)
    {
        ServedModel model = AnyModel(context, body);
        if (body.Value("ids") is not { ValueKind: JsonValueKind.Array } ids || ids.GetArrayLength() == 0)
        {
            throw RequestException.Invalid("ids", "ids must be a list of token ids, or a list of such lists.");
        }

        bool skipsSpecial = body.Flag("skip_special_tokens") ?? true;
        int[][] lists = ids[0].ValueKind == JsonValueKind.Array ? [.. ids.EnumerateArray().Select(list => Ids(list, model))] : [Ids(ids, model)];
        string[] texts = model.Tokenizer.DecodeBatch(lists, skipsSpecial);
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartArray();
            foreach (string text in texts)
            {
                json.WriteStringValue(text);
            }

            json.WriteEndArray();
        }).ConfigureAwait(false);
    }

    private static int[] Ids(JsonElement list, ServedModel model) => list.ValueKind != JsonValueKind.Array
        ? throw RequestException.Invalid("ids", "ids must be a list of token ids, or a list of such lists.")
        : [.. list.EnumerateArray().Select(element =>
            element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int id) && id >= 0 && id < model.Tokenizer.IdLimit
                ? id
                : throw RequestException.Invalid("ids", $"ids must be token ids of model '{model.Name}', which are 0 to {model.Tokenizer.IdLimit - 1}."))];

    private static Task InfoAsync(HttpContext context)
    {
        AkinServerOptions options = context.RequestServices.GetRequiredService<AkinServerOptions>();
        ServedModel? model = Models(context).Models is [ServedModel first, ..] ? first : null;
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("model_id", model?.Name);
            json.WriteNull("model_sha");
            json.WriteString("model_dtype", "float32");
            json.WriteStartObject("model_type");
            WriteModelType(json, model);
            json.WriteEndObject();
            json.WriteNumber("max_concurrent_requests", options.MaxConnections);
            json.WriteNumber("max_input_length", model?.MaxSequenceLength ?? 0);
            json.WriteNumber("max_batch_tokens", options.BatchTokens);
            json.WriteNull("max_batch_requests");
            json.WriteNumber("max_client_batch_size", options.MaxTexts);
            json.WriteBoolean("auto_truncate", true);
            json.WriteNumber("tokenization_workers", Environment.ProcessorCount);
            json.WriteString("version", typeof(AkinServer).Assembly.GetName().Version!.ToString(3));
            json.WriteNull("sha");
            json.WriteNull("docker_label");
            json.WriteEndObject();
        });
    }

    private static void WriteModelType(Utf8JsonWriter json, ServedModel? model)
    {
        if (model is ServedClassifier classifier)
        {
            json.WriteStartObject(classifier.Kind == ModelKind.Reranker ? "reranker" : "classifier");
            json.WriteStartObject("id2label");
            for (int i = 0; i < classifier.Labels.Count; i++)
            {
                json.WriteString($"{i}", classifier.Labels[i]);
            }

            json.WriteEndObject();
            json.WriteStartObject("label2id");
            for (int i = 0; i < classifier.Labels.Count; i++)
            {
                json.WriteNumber(classifier.Labels[i], i);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartObject("embedding");
            json.WriteString("pooling", "model");
            json.WriteEndObject();
        }
    }
}
