using System.Text.Json;
using Akin.Kernels;
using Akin.Tensors;

namespace Akin.Training.Tests.Losses;

/// <summary>A case of <c>tests/goldens/training/losses</c>: what goes in, the value, and the gradients.</summary>
internal sealed class GoldenLoss
{
    // As the files' README says of an implementation in single precision: relative to the largest number.
    private const double Tolerance = 1e-5;

    private readonly JsonElement _json;

    private GoldenLoss(JsonElement json) => _json = json;

    public string Name => _json.GetProperty("name").GetString()!;

    public string Loss => _json.GetProperty("loss").GetString()!;

    public JsonElement Json => _json;

    public static Dictionary<string, GoldenLoss> Read(string file)
    {
        using FileStream stream = File.OpenRead(Repository.Golden("training", "losses", file));
        return JsonDocument.Parse(stream).RootElement.GetProperty("cases").EnumerateArray().Select(json => new GoldenLoss(json)).ToDictionary(golden => golden.Name);
    }

    public static Tensor Tensor(JsonElement json) => new(
        new Shape([.. json.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())]),
        [.. Numbers(json).Select(number => (float)number)]);

    public static Tensor[] Tensors(JsonElement json) => [.. json.EnumerateArray().Select(Tensor)];

    public static double[] Numbers(JsonElement json) => [.. json.GetProperty("data").EnumerateArray().Select(number => number.GetDouble())];

    public float Number(string parameter, double otherwise) =>
        (float)(Find(parameter) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : otherwise);

    public int? Whole(string parameter) => Find(parameter) is { ValueKind: JsonValueKind.Number } value ? value.GetInt32() : null;

    public bool Flag(string parameter, bool otherwise) => Find(parameter) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : otherwise;

    public string? Text(string parameter) => Find(parameter) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public string[] Texts(string parameter) => [.. Find(parameter)?.EnumerateArray().Select(text => text.GetString()!) ?? []];

    public float[] List(string parameter) => [.. Find(parameter)?.EnumerateArray().Select(number => (float)number.GetDouble()) ?? []];

    /// <summary>Runs a loss on inputs, and compares its value and the gradients of the inputs with the golden ones.</summary>
    public void Check(IReadOnlyList<Tensor> inputs, IReadOnlyList<JsonElement> gradients, Func<ForwardContext, Tensor> compute)
    {
        foreach (Tensor input in inputs)
        {
            input.RequiresGradient = true;
        }

        ForwardContext context = new(WorkerPool.Serial, new Tape());
        Tensor loss = compute(context);
        Equal(Numbers(_json.GetProperty("value")), loss.ToArray(), $"{Name}: value");
        context.Backward(loss);
        for (int i = 0; i < inputs.Count; i++)
        {
            Equal(Numbers(gradients[i]), inputs[i].Gradient?.ToArray() ?? new float[inputs[i].Span.Length], $"{Name}: gradient {i}");
        }
    }

    public static void Equal(double[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * largest, $"{what}[{i}]: expected {expected[i]}, found {actual[i]}, the largest is {largest}.");
        }
    }

    private JsonElement? Find(string parameter) => _json.GetProperty("params").TryGetProperty(parameter, out JsonElement value) ? value : null;
}
