using System.Globalization;
using System.Text.Json;

namespace Akin.Tensors.Tests.Operations;

/// <summary>One case of <c>tests/goldens/training/ops</c>: inputs, and the values and gradients PyTorch computed from them in double precision.</summary>
internal sealed class GoldenCase(JsonElement json)
{
    private static readonly Dictionary<string, JsonElement> Cases = Read();

    private readonly Dictionary<string, Tensor> _inputs = [];

    public static IEnumerable<string> Names => Cases.Keys;

    public string Name { get; } = json.GetProperty("name").GetString()!;

    public string Operation { get; } = json.GetProperty("op").GetString()!;

    /// <summary>The inputs that were made tensors so far.</summary>
    public IReadOnlyDictionary<string, Tensor> Inputs => _inputs;

    public static GoldenCase Named(string name) => new(Cases[name]);

    public bool Has(string input) => json.GetProperty("inputs").TryGetProperty(input, out _);

    /// <summary>An input of real numbers; it requires a gradient where the case has one for it.</summary>
    public Tensor Input(string name)
    {
        if (!_inputs.TryGetValue(name, out Tensor? tensor))
        {
            tensor = new Tensor(ShapeOf(name), [.. Numbers("inputs", name)!.Select(value => (float)value)])
            {
                RequiresGradient = Gradient(name) is not null,
            };
            _inputs.Add(name, tensor);
        }

        return tensor;
    }

    /// <summary>Makes a layer whose weights have the numbers of inputs, and puts the weights in the place of these inputs.</summary>
    /// <param name="make">Loads the layer.</param>
    /// <param name="names">The inputs in the order in which the layer loads.</param>
    public TLayer Layer<TLayer>(Func<Weights, TLayer> make, params string[] names)
    {
        Weights weights = new(new Source(new Queue<Tensor>(names.Select(Input))), trainable: true);
        TLayer layer = make(weights);
        for (int i = 0; i < names.Length; i++)
        {
            _inputs[names[i]] = weights.Loaded()[i].Value;
        }

        return layer;
    }

    public Shape ShapeOf(string input) =>
        new([.. json.GetProperty("inputs").GetProperty(input).GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())]);

    public int[] Integers(string input) => [.. Numbers("inputs", input)!.Select(value => (int)value)];

    public bool[] Mask(string input) => [.. Numbers("inputs", input)!.Select(value => value != 0)];

    public double[] Output(string name = "y") => Numbers("outputs", name)!;

    public IEnumerable<string> OutputNames => json.GetProperty("outputs").EnumerateObject().Select(property => property.Name);

    public float[]? Upstream => Numbers("upstream", "y") is { } numbers ? [.. numbers.Select(value => (float)value)] : null;

    public double[]? Gradient(string input) => Numbers("grads", input);

    public double Parameter(string name, double otherwise) =>
        json.GetProperty("params").TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : otherwise;

    public string[] Texts(string parameter) => json.GetProperty("params").GetProperty(parameter) is { ValueKind: JsonValueKind.Array } array
        ? [.. array.EnumerateArray().Select(text => text.GetString()!)]
        : [json.GetProperty("params").GetProperty(parameter).GetString()!];

    public string? Text(string parameter) => json.GetProperty("params").TryGetProperty(parameter, out JsonElement value) ? value.GetString() : null;

    /// <summary>What PyTorch's own single precision is off, relative to the largest number: <c>y</c>, or <c>dx</c> for the gradient of x.</summary>
    public double SinglePrecisionError(string name) =>
        json.GetProperty("float32_rel_error").TryGetProperty(name, out JsonElement error) && error.ValueKind == JsonValueKind.Number ? error.GetDouble() : 0;

    private static Dictionary<string, JsonElement> Read()
    {
        using FileStream stream = File.OpenRead(Repository.Golden("training", "ops", "ops.json"));
        return JsonDocument.Parse(stream).RootElement.GetProperty("cases").EnumerateArray().ToDictionary(element => element.GetProperty("name").GetString()!);
    }

    private double[]? Numbers(string group, string name)
    {
        if (!json.GetProperty(group).TryGetProperty(name, out JsonElement tensor) || tensor.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return [.. tensor.GetProperty("data").EnumerateArray().Select(value => value.ValueKind switch
        {
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            JsonValueKind.String => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
            _ => value.GetDouble(),
        })];
    }

    /// <summary>Gives tensors one after the other, whatever name is asked for.</summary>
    private sealed class Source(Queue<Tensor> tensors) : IWeightSource
    {
        public bool Contains(string name) => true;

        public void Require(string name, Shape shape)
        {
            // Read compares.
        }

        public void Read(string name, Shape shape, Initialization initialization, Span<float> destination)
        {
            Tensor tensor = tensors.Dequeue();
            Assert.Equal(shape, tensor.Shape);
            tensor.Span.CopyTo(destination);
        }
    }
}
