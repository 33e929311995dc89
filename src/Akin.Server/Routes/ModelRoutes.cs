using System.Text.Json;
using Akin.Server.Http;
using Akin.Server.Models;
using Akin.Server.Security;

namespace Akin.Server.Routes;

/// <summary><c>/v1/models</c>: what is loaded, in the shape that OpenAI's clients read, and loading again.</summary>
internal static class ModelRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        ModelCatalog models = routes.ServiceProvider.GetRequiredService<ModelCatalog>();
        foreach (string prefix in (ReadOnlySpan<string>)["/v1", "/openai"])
        {
            routes.MapGet(prefix + "/models", context => JsonAnswer.WriteAsync(context, json =>
            {
                json.WriteStartObject();
                json.WriteString("object", "list");
                json.WriteStartArray("data");
                foreach (ServedModel model in models.Models)
                {
                    Write(json, model);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            })).WithMetadata(ErrorFormat.OpenAi);
            routes.MapGet(prefix + "/models/{name}", context =>
            {
                ServedModel model = models.Get(Name(context));
                return JsonAnswer.WriteAsync(context, json => Write(json, model));
            }).WithMetadata(ErrorFormat.OpenAi);
        }

        routes.MapPost("/v1/models/{name}/reload", async context =>
        {
            ServedModel model = await models.ReloadAsync(Name(context), context.RequestAborted).ConfigureAwait(false);
            await JsonAnswer.WriteAsync(context, json => Write(json, model)).ConfigureAwait(false);
        }).RequireAccess(AccessRole.Writer);
    }

    private static string Name(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    private static void Write(Utf8JsonWriter json, ServedModel model)
    {
        json.WriteStartObject();
        json.WriteString("id", model.Name);
        json.WriteString("object", "model");
        json.WriteNumber("created", model.LoadedAt.ToUnixTimeSeconds());
        json.WriteString("owned_by", "akin");
        json.WriteString("kind", model.Kind switch
        {
            ModelKind.Encoder => "encoder",
            ModelKind.Reranker => "reranker",
            _ => "classifier",
        });
        json.WriteNumber("max_tokens", model.MaxSequenceLength);
        if (model is ServedEncoder encoder)
        {
            json.WriteNumber("dimensions", encoder.Dimension);
            json.WriteStartArray("prompts");
            foreach (string prompt in encoder.Model.Prompts.Keys)
            {
                json.WriteStringValue(prompt);
            }

            json.WriteEndArray();
        }
        else if (model is ServedClassifier classifier)
        {
            json.WriteStartArray("labels");
            foreach (string label in classifier.Labels)
            {
                json.WriteStringValue(label);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
