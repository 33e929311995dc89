using System.Text.Encodings.Web;
using System.Text.Json;

namespace Akin.Cli;

/// <summary>Writes a result as JSON: one line, names in snake_case, text as it is.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write<T>(CommandContext context, T value) => context.Output.WriteLine(JsonSerializer.Serialize(value, Options));
}
