using System.Text.Json;
using Akin.Kernels;

namespace Akin.Models.Checkpoints;

/// <summary>
/// Several files of weights under one index: <c>{"metadata": {…}, "weight_map": {tensor: file}}</c>. Files lie beside the index.
/// A tensor that a shard holds but the index does not list is offered too, as transformers does, so that it is used or reported as
/// unexpected instead of vanishing. <c>metadata.total_size</c> is ignored: published indexes are often wrong about it.
/// </summary>
internal sealed class ShardedCheckpoint : Checkpoint
{
    private const int LargestIndexBytes = SafetensorsHeader.LongestBytes;
    private const string Incomplete = "The index and its files do not belong together, or a file is damaged: fetch the model again.";

    private readonly List<Checkpoint> _shards = [];
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Checkpoint> _places = new(StringComparer.Ordinal);

    /// <param name="path">The index.</param>
    /// <param name="open">Opens one shard.</param>
    public ShardedCheckpoint(string path, Func<string, Checkpoint> open)
        : base(path)
    {
        Dictionary<string, string> map = ReadIndex(path);
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        try
        {
            foreach (string file in map.Values.Distinct().Order(StringComparer.Ordinal))
            {
                AddShard(file, open(System.IO.Path.Combine(folder, file)), map);
            }

            foreach ((string name, string file) in map)
            {
                if (!_tensors.ContainsKey(name) && !IsScaleOfBytes(name))
                {
                    throw new CheckpointException(path, name, $"no such tensor in '{file}'", "the tensor that the index puts there", Incomplete);
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public override void Dispose() => _shards.ForEach(shard => shard.Dispose());

    private protected override void ReadCore(TensorInfo tensor, Span<float> destination) => _places[tensor.Name].Read(tensor.Name, destination);

    private protected override RowScaledMatrix? ReadScaledRowsCore(TensorInfo tensor) => _places[tensor.Name].ReadScaledRows(tensor.Name);

    /// <summary>Whether the shard shows a tensor as a part of another one.</summary>
    private bool IsScaleOfBytes(string name) =>
        name.EndsWith(RowScaledBytes.ScaleSuffix, StringComparison.Ordinal) && _tensors.TryGetValue(name[..^RowScaledBytes.ScaleSuffix.Length], out TensorInfo? matrix) && matrix.Quantization is not null;

    private void AddShard(string file, Checkpoint shard, Dictionary<string, string> map)
    {
        _shards.Add(shard);
        foreach (TensorInfo tensor in shard.Tensors.Values)
        {
            if (map.TryGetValue(tensor.Name, out string? place) && place != file)
            {
                continue; // the index says that another shard's copy counts
            }

            if (!_tensors.TryAdd(tensor.Name, tensor))
            {
                throw new CheckpointException(Path, tensor.Name, $"it in '{System.IO.Path.GetFileName(_tensors[tensor.Name].File)}' and in '{file}'", "it in one file, or listed in the index", Incomplete);
            }

            _places.Add(tensor.Name, shard);
        }
    }

    private static Dictionary<string, string> ReadIndex(string path)
    {
        const string Expected = "a JSON object whose weight_map gives a file name for every tensor";
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        try
        {
            using FileStream stream = System.IO.File.OpenRead(path);
            if (stream.Length > LargestIndexBytes)
            {
                throw new CheckpointException(path, null, $"{stream.Length} bytes", $"at most {LargestIndexBytes}", Incomplete);
            }

            using JsonDocument document = JsonDocument.Parse(stream);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out JsonElement entries)
                || entries.ValueKind != JsonValueKind.Object)
            {
                throw new CheckpointException(path, null, "no weight_map", Expected, Incomplete);
            }

            foreach (JsonProperty entry in entries.EnumerateObject())
            {
                string? file = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString() : null;
                if (!IsPlainName(file))
                {
                    throw new CheckpointException(path, entry.Name, $"{entry.Value.ValueKind} '{file}' in weight_map", "the name of a file beside the index", Incomplete);
                }

                if (!map.TryAdd(entry.Name, file!) && map[entry.Name] != file)
                {
                    throw new CheckpointException(path, entry.Name, $"'{map[entry.Name]}' and '{file}' in weight_map", "one file", Incomplete);
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new CheckpointException(path, null, $"text that is not valid JSON ({exception.Message})", Expected, Incomplete, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(path, null, exception.Message, "a readable file", "Check the path and its permissions.", exception);
        }

        return map.Count > 0 ? map : throw new CheckpointException(path, null, "an empty weight_map", Expected, Incomplete);
    }

    /// <summary>A name without any path: an index must not reach outside its folder.</summary>
    private static bool IsPlainName(string? file) =>
        !string.IsNullOrEmpty(file) && file is not ("." or "..") && file.AsSpan().IndexOfAny('/', '\\', ':') < 0 && !file.Contains('\0', StringComparison.Ordinal);
}
