using Akin.Pipelines;
using Akin.Server.Batching;
using Akin.Server.Http;
using Akin.Server.Models;

namespace Akin.Server.Routes;

/// <summary><c>POST /v1/classify</c>: texts to labels.</summary>
internal static class ClassifyRoutes
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/classify", ClassifyAsync);

    /// <summary>The labels of every text with their scores, the best first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="scores">Raw scores, <c>[texts][labels]</c>; changed.</param>
    /// <param name="asRaw">Whether scores stay as they are.</param>
    public static LabelScore[][] Ranked(ServedClassifier model, float[][] scores, bool asRaw = false) => Array.ConvertAll(scores, row =>
    {
        if (!asRaw)
        {
            model.LabelActivation.Apply(row);
        }

        return row.Select((score, label) => new LabelScore(model.Labels[label], score)).OrderByDescending(label => label.Score).ToArray();
    });

    private static async Task ClassifyAsync(HttpContext context)
    {
        JsonFields body = await JsonFields.ReadAsync(context).ConfigureAwait(false);
        body.RefuseAllBut("texts", "model", "top_k");
        ServedClassifier model = context.RequestServices.GetRequiredService<ModelCatalog>().Classifier(body.Text("model"));
        (string, string?)[] texts = [.. body.Texts("texts").Select(text => (text, (string?)null))];
        int count = body.Integer("top_k", minimum: 1) ?? int.MaxValue;
        (float[][] scores, long tokenCount) = await context.RequestServices.GetRequiredService<QueuedModels>()
            .ScoreAsync(model, texts, RequestLimits.Of(context)).ConfigureAwait(false);
        LabelScore[][] ranked = Ranked(model, scores);
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("model", model.Name);
            json.WriteStartArray("results");
            foreach (LabelScore[] labels in ranked)
            {
                json.WriteStartArray();
                foreach (LabelScore label in labels.Take(count))
                {
                    json.WriteStartObject();
                    json.WriteString("label", label.Label);
                    json.WriteNumber("score", label.Score);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteStartObject("usage");
            json.WriteNumber("texts", texts.Length);
            json.WriteNumber("tokens", tokenCount);
            json.WriteEndObject();
            json.WriteEndObject();
        }).ConfigureAwait(false);
    }
}
