using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Models.Configuration;

namespace Akin.Pipelines.Modules;

/// <summary>The JSON files of a SentenceTransformer folder, read strictly and written as Python writes them.</summary>
internal static class ModuleConfig
{
    private static readonly JsonDocumentOptions StrictJson = new() { AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions PythonStyle = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads a file that must be there and be a JSON object.</summary>
    public static ConfigReader Read(string file) => new(ReadObject(file), file);

    /// <summary>Reads a file that may be missing; it is then as if it were an empty object.</summary>
    public static ConfigReader ReadIfPresent(string file) => new(File.Exists(file) ? ReadObject(file) : [], file);

    /// <summary>Reads the list of modules.</summary>
    public static JsonArray ReadArray(string file) =>
        Parse(file) as JsonArray ?? throw new SentenceTransformerException(file, "expected a JSON array of modules.");

    /// <summary>Writes a file as Python's <c>json.dump(…, indent=2)</c> does: no line end after the last brace.</summary>
    public static void Write(string file, JsonNode content) => File.WriteAllText(file, content.ToJsonString(PythonStyle));

    private static JsonObject ReadObject(string file) =>
        Parse(file) as JsonObject ?? throw new SentenceTransformerException(file, "expected a JSON object.");

    private static JsonNode? Parse(string file)
    {
        if (!File.Exists(file))
        {
            throw new SentenceTransformerException(file, "there is no such file; the folder is not a complete SentenceTransformer model.");
        }

        try
        {
            return JsonNode.Parse(File.ReadAllBytes(file), documentOptions: StrictJson);
        }
        catch (JsonException exception)
        {
            throw new SentenceTransformerException(file, $"this is not JSON ({exception.Message}).", exception);
        }
    }
}
