using System.IO.Compression;
using System.Text.Json;

namespace Akin.Tokenizers.Tests;

/// <summary>Reads the goldens of the reference tokenizers.</summary>
internal static class GoldenFile
{
    public static IEnumerable<JsonElement> Lines(string path)
    {
        using StreamReader reader = new(Open(path));
        while (reader.ReadLine() is { } line)
            yield return JsonDocument.Parse(line).RootElement;
    }

    public static JsonElement Json(string path)
    {
        using Stream stream = Open(path);
        return JsonDocument.Parse(stream).RootElement;
    }

    public static string Text(string path)
    {
        using StreamReader reader = new(Open(path));
        return reader.ReadToEnd();
    }

    public static string Tokenizers(params string[] parts) => Repository.Golden(["tokenizers", .. parts]);

    public static int[] Ints(this JsonElement array) => [.. array.EnumerateArray().Select(static item => item.GetInt32())];

    public static int?[] OptionalInts(this JsonElement array) =>
        [.. array.EnumerateArray().Select(static item => item.ValueKind == JsonValueKind.Null ? (int?)null : item.GetInt32())];

    public static string[] Strings(this JsonElement array) => [.. array.EnumerateArray().Select(static item => item.GetString()!)];

    public static string? OptionalString(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>[start0, end0, start1, end1, …] as the goldens have spans.</summary>
    public static int[] Flat(this IEnumerable<TextSpan> spans) => [.. spans.SelectMany(static span => new[] { span.Start, span.End })];

    private static Stream Open(string path)
    {
        FileStream file = File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
