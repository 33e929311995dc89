using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Akin.Search.Tests;

/// <summary>golden search/vectors: real embeddings and their exact nearest neighbours.</summary>
internal sealed class GoldenVectors
{
    public const int Dimension = 384;

    public required string[] Documents { get; init; }

    public required float[][] Vectors { get; init; }

    public required float[][] Queries { get; init; }

    public required int[][] NearestRows { get; init; }

    public required double[][] NearestScores { get; init; }

    public static GoldenVectors Read()
    {
        using JsonDocument answers = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("search", "vectors", "ir-med.json")));
        byte[] file = File.ReadAllBytes(Repository.Golden("search", "vectors", "ir-med.safetensors"));
        int headerBytes = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, headerBytes));
        float[][] Tensor(string name)
        {
            JsonElement offsets = header.RootElement.GetProperty(name).GetProperty("data_offsets");
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(file.AsSpan((8 + headerBytes + offsets[0].GetInt32())..(8 + headerBytes + offsets[1].GetInt32())));
            float[][] rows = new float[values.Length / Dimension][];
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i] = values.Slice(i * Dimension, Dimension).ToArray();
            }

            return rows;
        }

        JsonElement root = answers.RootElement;
        return new GoldenVectors
        {
            Documents = [.. root.GetProperty("documents").EnumerateArray().Select(id => id.GetString()!)],
            Vectors = Tensor("documents"),
            Queries = Tensor("queries"),
            NearestRows = root.GetProperty("rows").Deserialize<int[][]>()!,
            NearestScores = root.GetProperty("scores").Deserialize<double[][]>()!,
        };
    }
}
