using System.Text.Json;

namespace Akin.Hub;

/// <summary>Reads the answers of the hub and the listings kept in the cache.</summary>
internal static class HubJson
{
    // `/api/models/{id}/tree/{commit}`: [{type, path, size, oid, lfs?: {oid, size}, xetHash?}, …]
    public static IEnumerable<RepositoryFile> ReadFiles(JsonElement listing, string repository)
    {
        if (listing.ValueKind != JsonValueKind.Array)
        {
            throw Unexpected(repository, "a list of files", listing);
        }

        foreach (JsonElement item in listing.EnumerateArray())
        {
            if (Text(item, "type") != "file")
            {
                continue;
            }

            JsonElement? large = item.TryGetProperty("lfs", out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value : null;
            yield return Checked(
                repository,
                Text(item, "path"),
                (large is { } lfs ? Number(lfs, "size") : null) ?? Number(item, "size"),
                Text(item, "oid"),
                large is { } storage ? Text(storage, "oid") ?? throw Unexpected(repository, "lfs.oid", item) : null,
                Text(item, "xetHash"));
        }
    }

    // `trees/{commit}.json` of the cache: {format_version: 1, files: {path: {size, blob_id, lfs_sha256?, lfs_size?, xet_hash?}}}
    public static List<RepositoryFile>? ReadTree(ReadOnlyMemory<byte> json, string repository)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Number(document.RootElement, "format_version") == 1 && document.RootElement.TryGetProperty("files", out JsonElement files)
                ? [.. files.EnumerateObject().Select(file => Checked(
                    repository, file.Name, Number(file.Value, "lfs_size") ?? Number(file.Value, "size"), Text(file.Value, "blob_id"),
                    Text(file.Value, "lfs_sha256"), Text(file.Value, "xet_hash")))]
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or HubUnavailableException)
        {
            return null; // written by a newer version or damaged: it is asked for again
        }
    }

    // The same bytes that Python writes for ASCII names: one blank of indentation, names in code point order, no newline at the end.
    public static byte[] WriteTree(IEnumerable<RepositoryFile> files)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true, IndentSize = 1, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("format_version", 1);
            writer.WriteStartObject("files");
            foreach (RepositoryFile file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
            {
                writer.WriteStartObject(file.Path);
                writer.WriteNumber("size", file.SizeBytes);
                writer.WriteString("blob_id", file.BlobId);
                if (file.Sha256 is not null)
                {
                    writer.WriteString("lfs_sha256", file.Sha256);
                    writer.WriteNumber("lfs_size", file.SizeBytes);
                }

                if (file.XetHash is not null)
                {
                    writer.WriteString("xet_hash", file.XetHash);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    public static ModelSummary ReadSummary(JsonElement model)
    {
        string id = Text(model, "id") ?? Text(model, "modelId") ?? throw Unexpected("models", "the id of a model", model);
        return new ModelSummary(
            id,
            Text(model, "sha"),
            Text(model, "pipeline_tag"),
            Text(model, "library_name"),
            model.TryGetProperty("tags", out JsonElement tags) && tags.ValueKind == JsonValueKind.Array
                ? [.. tags.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!)]
                : [],
            Number(model, "downloads"),
            Number(model, "likes"),
            Text(model, "lastModified") is { } text && DateTimeOffset.TryParse(text, out DateTimeOffset modified) ? modified : null,
            IsPrivate: model.TryGetProperty("private", out JsonElement isPrivate) && isPrivate.ValueKind == JsonValueKind.True,
            IsGated: model.TryGetProperty("gated", out JsonElement gated) && gated.ValueKind is JsonValueKind.True or JsonValueKind.String);
    }

    private static RepositoryFile Checked(string repository, string? path, long? size, string? blobId, string? sha256, string? xetHash)
    {
        if (path is null || size is null or < 0 || blobId is null || !RepositoryName.IsBlobName(sha256 ?? blobId))
        {
            throw new HubUnavailableException($"The listing of '{repository}' has an entry without path, size or checksum ('{path}', {size}, '{sha256 ?? blobId}').");
        }

        if (RepositoryName.ClimbsOut(path))
        {
            throw new UnsafeFileNameException(repository, path);
        }

        return new RepositoryFile(path, size.Value, blobId, sha256) { XetHash = xetHash };
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out long number)
            ? number
            : null;

    private static HubUnavailableException Unexpected(string repository, string expected, JsonElement found)
    {
        string text = found.GetRawText();
        return new HubUnavailableException($"The hub was asked about '{repository}' for {expected}, and answered '{(text.Length > 80 ? text[..80] + "…" : text)}'.");
    }
}
