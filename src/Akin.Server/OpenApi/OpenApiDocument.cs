using System.Reflection;
using System.Text.Json.Nodes;

namespace Akin.Server.OpenApi;

/// <summary>The description of all routes (OpenAPI 3.1): every group of routes has a file <c>NAME.openapi.json</c> with its paths and schemas, and here they become one.</summary>
internal static class OpenApiDocument
{
    private const string Ending = ".openapi.json";

    private static readonly Lazy<string> Text = new(() => Merge().ToJsonString());

    /// <summary>The document.</summary>
    public static string Json => Text.Value;

    private static JsonObject Merge()
    {
        JsonObject paths = [], schemas = [];
        Assembly assembly = typeof(OpenApiDocument).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(Ending, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            JsonObject part = JsonNode.Parse(stream)!.AsObject();
            Move(part["paths"], paths);
            Move(part["schemas"], schemas);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Akin",
                ["description"] = "Text by meaning: embeddings, re-ranking, classification and search.",
                ["version"] = assembly.GetName().Version!.ToString(3),
                ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
            },
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }),
        };
    }

    private static void Move(JsonNode? from, JsonObject to)
    {
        foreach ((string name, JsonNode? value) in from?.AsObject().ToArray() ?? [])
        {
            from!.AsObject().Remove(name);
            to.Add(name, value);
        }
    }
}
