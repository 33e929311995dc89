using System.Text.Json;
using System.Text.Json.Nodes;

namespace Akin.Pipelines.Modules;

/// <summary>
/// The modules of a model's folder: <c>modules.json</c> in the layout of sentence-transformers 0 to 5 (<c>sentence_transformers.models.Pooling</c>) or
/// of 5.4 and later (<c>sentence_transformers.sentence_transformer.modules.pooling.Pooling</c>). A folder without that file is a plain transformer.
/// </summary>
internal static class ModuleList
{
    private const string FileName = "modules.json";
    private const string Package = "sentence_transformers.";

    /// <summary>Reads the list.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <returns>The class name and the folder of every module in order, or null when there is no <c>modules.json</c>.</returns>
    public static List<(string Kind, string Folder)>? Read(string folder)
    {
        string file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
        {
            return null;
        }

        List<(string, string)> modules = [];
        foreach (JsonNode? node in ModuleConfig.ReadArray(file))
        {
            string type = Text(file, node, "type");
            string path = Text(file, node, "path");
            if (!type.StartsWith(Package, StringComparison.Ordinal))
            {
                throw new SentenceTransformerException(file, $"module type '{type}' is code of the model's author, which is never run; only modules of sentence_transformers are supported.");
            }

            if (Path.IsPathRooted(path) || path.Split('/', '\\').Contains(".."))
            {
                throw new SentenceTransformerException(file, $"the module path '{path}' leads out of the model's folder.");
            }

            modules.Add((type[(type.LastIndexOf('.') + 1)..], Path.Combine(folder, path)));
        }

        return modules;
    }

    /// <summary>Writes the list in the older layout, which every version of Python reads.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="modules">The class name and the sub-folder of every module in order.</param>
    public static void Write(string folder, IEnumerable<(string Kind, string Path)> modules)
    {
        JsonArray list = [];
        foreach ((string kind, string path) in modules)
        {
            int index = list.Count;
            list.Add((JsonNode)new JsonObject
            {
                ["idx"] = index,
                ["name"] = index.ToString(),
                ["path"] = path,
                ["type"] = $"{Package}models.{kind}",
            });
        }

        ModuleConfig.Write(Path.Combine(folder, FileName), list);
    }

    private static string Text(string file, JsonNode? module, string field) =>
        module is JsonObject fields && fields[field] is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : throw new SentenceTransformerException(file, $"every module needs a text '{field}'; found {module?.ToJsonString() ?? "null"}.");
}
