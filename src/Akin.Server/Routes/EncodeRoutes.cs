using Akin.Server.Batching;
using Akin.Server.Http;
using Akin.Server.Models;

namespace Akin.Server.Routes;

/// <summary><c>POST /v1/encode</c>: texts to embeddings.</summary>
internal static class EncodeRoutes
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/encode", EncodeAsync);

    private static async Task EncodeAsync(HttpContext context)
    {
        JsonFields body = await JsonFields.ReadAsync(context).ConfigureAwait(false);
        body.RefuseAllBut("texts", "model", "prompt", "normalize", "dimensions", "encoding_format");
        ServedEncoder model = context.RequestServices.GetRequiredService<ModelCatalog>().Encoder(body.Text("model"));
        IReadOnlyList<string> texts = body.Texts("texts");
        EmbeddingShape shape = new()
        {
            Prompt = model.PromptOf(body.Text("prompt"), "prompt"),
            Dimensions = body.Integer("dimensions", minimum: 1),
            Normalizes = body.Flag("normalize") ?? false,
        };
        bool asBase64 = body.Choice("encoding_format", "float", "base64") == "base64";
        (float[][] embeddings, long tokenCount) = await context.RequestServices.GetRequiredService<QueuedModels>()
            .EmbedAsync(model, texts, shape, RequestLimits.Of(context)).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("model", model.Name);
            json.WriteStartArray("embeddings");
            foreach (float[] embedding in embeddings)
            {
                EmbeddingJson.Write(json, embedding, asBase64);
            }

            json.WriteEndArray();
            json.WriteStartObject("usage");
            json.WriteNumber("texts", texts.Count);
            json.WriteNumber("tokens", tokenCount);
            json.WriteEndObject();
            json.WriteEndObject();
        }).ConfigureAwait(false);
    }
}
