using System.Globalization;
using System.Text.Json.Nodes;

namespace Akin.Training.Tests;

/// <summary>A tensor as the golden files write it: <c>{"dtype", "shape", "data"}</c>, row-major, NaN and infinities as strings.</summary>
public sealed class GoldenTensor(JsonNode json)
{
    public int[] Shape { get; } = [.. json["shape"]!.AsArray().Select(length => length!.GetValue<int>())];

    public double[] Data { get; } = [.. json["data"]!.AsArray().Select(Number)];

    public int[] Integers => Array.ConvertAll(Data, number => checked((int)number));

    public float[] Floats => Array.ConvertAll(Data, number => (float)number);

    public static JsonNode Read(params string[] parts) => JsonNode.Parse(File.ReadAllBytes(Repository.Golden(["training", .. parts])))!;

    public static double Number(JsonNode? node) =>
        node!.GetValueKind() == System.Text.Json.JsonValueKind.String
            ? double.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture)
            : node.GetValue<double>();
}
