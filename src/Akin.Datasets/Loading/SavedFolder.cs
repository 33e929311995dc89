using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Datasets.Arrow;
using Akin.Datasets.Columns;

namespace Akin.Datasets.Loading;

/// <summary>Folders of Python's <c>save_to_disk</c>: Arrow streams, <c>dataset_info.json</c>, <c>state.json</c>, and <c>dataset_dict.json</c> above splits.</summary>
internal static class SavedFolder
{
    private const string StateFile = "state.json";
    private const string InfoFile = "dataset_info.json";
    private const string SplitsFile = "dataset_dict.json";
    private const int BatchRows = 1000;

    public static bool IsDataset(string folder) => File.Exists(Path.Combine(folder, StateFile));

    public static bool IsDatasetDict(string folder) => File.Exists(Path.Combine(folder, SplitsFile));

    public static Dataset Read(string folder)
    {
        string statePath = Path.Combine(folder, StateFile);
        JsonElement state = ReadObject(statePath);
        Features? features = ReadObject(Path.Combine(folder, InfoFile)).TryGetProperty("features", out JsonElement described) ? FeatureJson.Read(described) : null;
        if (!state.TryGetProperty("_data_files", out JsonElement files) || files.ValueKind != JsonValueKind.Array)
        {
            throw new DataFormatException(statePath, 0, "there is no list _data_files.");
        }

        List<RecordBatch> batches = [];
        Features? stored = null;
        foreach (JsonElement file in files.EnumerateArray())
        {
            string? name = file.ValueKind == JsonValueKind.Object && file.TryGetProperty("filename", out JsonElement named) ? named.GetString() : null;
            if (string.IsNullOrEmpty(name) || Path.GetFileName(name) != name)
            {
                throw new DataFormatException(statePath, 0, $"a data file is called '{name}', which is no name of a file in the folder.");
            }

            string path = Path.Combine(folder, name);
            Table table = ArrowFile.Read(path);
            stored ??= features is null ? table.Features : FeatureJson.Overlay(table.Features, features);
            if (!table.Features.Keys.SequenceEqual(stored.Keys))
            {
                throw new DataFormatException(path, 0, $"its columns ({table.Features}) differ from those of the files before ({stored}).");
            }

            batches.AddRange(table.As(stored).Batches);
        }

        string fingerprint = state.TryGetProperty("_fingerprint", out JsonElement print) && print.GetString() is { Length: > 0 } given ? given : Fingerprints.Unique();
        return new Dataset(new Table(stored ?? features ?? Features.None, batches), fingerprint);
    }

    public static IReadOnlyList<string> ReadSplits(string folder)
    {
        string path = Path.Combine(folder, SplitsFile);
        if (!ReadObject(path).TryGetProperty("splits", out JsonElement splits) || splits.ValueKind != JsonValueKind.Array)
        {
            throw new DataFormatException(path, 0, "there is no list of splits.");
        }

        return [.. splits.EnumerateArray().Select(split => split.GetString() is { Length: > 0 } name && Path.GetFileName(name) == name
            ? name
            : throw new DataFormatException(path, 0, $"a split is called '{split}', which is no name of a folder."))];
    }

    public static void Write(Dataset dataset, string folder, string? split, int shardCount, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        JsonArray files = [];
        for (int shard = 0; shard < shardCount; shard++)
        {
            string name = $"data-{shard:00000}-of-{shardCount:00000}.arrow";
            files.Add((JsonNode)new JsonObject { ["filename"] = name });
            using FileStream stream = new(Path.Combine(folder, name), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
            ArrowWriter writer = new(stream, dataset.Features);
            Dataset rows = dataset.Shard(shardCount, shard);
            for (int start = 0; start < rows.Count; start += BatchRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                writer.Write(rows.Gather(start, Math.Min(BatchRows, rows.Count - start)));
            }

            writer.Complete();
        }

        WriteObject(folder, InfoFile, new JsonObject { ["citation"] = "", ["description"] = "", ["features"] = FeatureJson.Write(dataset.Features), ["homepage"] = "", ["license"] = "" });
        WriteObject(folder, StateFile, new JsonObject
        {
            ["_data_files"] = files,
            ["_fingerprint"] = dataset.Fingerprint,
            ["_format_columns"] = null,
            ["_format_kwargs"] = new JsonObject(),
            ["_format_type"] = null,
            ["_output_all_columns"] = false,
            ["_split"] = split,
        });
    }

    public static void WriteSplits(string folder, IEnumerable<string> names) =>
        File.WriteAllText(Path.Combine(folder, SplitsFile), FeatureJson.Text(new JsonObject { ["splits"] = new JsonArray([.. names.Select(name => (JsonNode)name)]) }));

    private static void WriteObject(string folder, string name, JsonObject content) => File.WriteAllText(Path.Combine(folder, name), FeatureJson.Text(content, indented: true));

    private static JsonElement ReadObject(string path)
    {
        if (!File.Exists(path))
        {
            throw new DataFormatException(path, 0, "the file is missing; is the folder one that save_to_disk wrote?");
        }

        try
        {
            JsonElement root = JsonElement.Parse(File.ReadAllBytes(path));
            return root.ValueKind == JsonValueKind.Object ? root : throw new DataFormatException(path, 1, $"expected a JSON object, found {JsonLines.Kind(root)}.");
        }
        catch (JsonException exception)
        {
            throw new DataFormatException(path, (int)(exception.LineNumber ?? 0) + 1, "this is not JSON.", exception);
        }
    }
}
