using Akin.Kernels;

namespace Akin.Tensors;

/// <summary>A place in a checkpoint's tree of names, from which layers load themselves: <c>weights.Sub("attention.self.query")</c>.</summary>
/// <remarks>Every weight that is loaded is listed in <see cref="Loaded"/>. Not thread-safe.</remarks>
public sealed class Weights
{
    private readonly Loading _loading;
    private readonly double _deviation;

    /// <summary>The root of a tree of names.</summary>
    /// <param name="source">Gives the numbers.</param>
    /// <param name="trainable">Whether the model will be trained: weights stay row-major and require gradients.</param>
    public Weights(IWeightSource source, bool trainable)
        : this(new Loading(source, trainable), "", deviation: 1)
    {
    }

    private Weights(Loading loading, string path, double deviation) => (_loading, Path, _deviation) = (loading, path, deviation);

    /// <summary>The names below which this cursor stands; empty at the root.</summary>
    public string Path { get; }

    /// <summary>Whether the model will be trained.</summary>
    public bool IsTrainable => _loading.IsTrainable;

    /// <summary>The weights loaded so far at or below this place, in the order of loading.</summary>
    public IReadOnlyList<Parameter> Loaded()
    {
        string beginning = Name("");
        return Path.Length == 0 ? _loading.Parameters : [.. _loading.Parameters.Where(parameter => parameter.Name.StartsWith(beginning, StringComparison.Ordinal))];
    }

    /// <summary>Goes down the tree.</summary>
    /// <param name="path">One or more names, separated by dots.</param>
    public Weights Sub(string path) => new(_loading, Name(path), _deviation);

    /// <summary>Goes down to one of several numbered parts, such as a layer.</summary>
    /// <param name="path">One or more names, separated by dots.</param>
    /// <param name="index">The number, from 0.</param>
    public Weights Sub(string path, int index) => Sub($"{path}.{index}");

    /// <summary>The same place, where new weights are drawn with a multiple of the deviation that they would have.</summary>
    /// <param name="factor">What the standard deviation is multiplied by.</param>
    public Weights Scaled(double factor) => new(_loading, Path, _deviation * factor);

    /// <summary>Whether a weight is there: for parts a model can do without.</summary>
    /// <param name="name">The name below this place.</param>
    public bool Contains(string name) => _loading.Source.Contains(Name(name));

    /// <summary>Loads a weight that stays row-major.</summary>
    /// <param name="name">The name below this place.</param>
    /// <param name="shape">The shape it must have.</param>
    /// <param name="initialization">What it is when it is new.</param>
    public Parameter Load(string name, Shape shape, Initialization initialization) => Load([this], name, shape, initialization)[0];

    /// <summary>Loads a table of which few rows are read at a time: for inference, one that is stored as bytes stays as it is.</summary>
    /// <inheritdoc cref="Load(string, Shape, Initialization)"/>
    internal Parameter LoadTable(string name, Shape shape, Initialization initialization)
    {
        Require(name, shape);
        return !IsTrainable && _loading.Source.ReadScaledRows(Name(name)) is { } rows
            ? Register(new Parameter(Name(name), shape, rows))
            : Load(name, shape, initialization);
    }

    /// <summary>Loads the weights that have one name at several places into one tensor, one below the other.</summary>
    internal static Parameter[] Load(ReadOnlySpan<Weights> places, string name, Shape shape, Initialization initialization)
    {
        foreach (Weights place in places)
        {
            place.Require(name, shape);
        }

        int rowCount = shape[0];
        int count = checked((int)shape.ElementCount);
        Shape wholeShape = places.Length == 1 ? shape
            : shape.Rank == 1 ? new Shape(places.Length * rowCount)
            : new Shape(places.Length * rowCount, shape.ColumnCount);
        float[] values = GC.AllocateUninitializedArray<float>(checked((int)wholeShape.ElementCount)); // every number is read below
        Tensor whole = new(wholeShape, values) { RequiresGradient = places[0].IsTrainable };
        Parameter[] parameters = new Parameter[places.Length];
        for (int i = 0; i < places.Length; i++)
        {
            places[i].Read(name, shape, initialization, whole.Span.Slice(i * count, count));
            parameters[i] = places[i].Register(new Parameter(places[i].Name(name), shape, whole, i * rowCount));
        }

        return parameters;
    }

    /// <summary>Reads a weight into memory that the next call uses again: for layers that keep it in another form.</summary>
    internal ReadOnlySpan<float> Read(string name, Shape shape, Initialization initialization)
    {
        Span<float> scratch = _loading.Scratch(checked((int)shape.ElementCount));
        Read(name, shape, initialization, scratch);
        return scratch;
    }

    internal void Require(string name, Shape shape) => _loading.Source.Require(Name(name), shape);

    internal void Register(PackedMatrix packed, string name, Shape shape, int firstRow, bool isTransposed = false) =>
        Register(new Parameter(Name(name), shape, packed, firstRow, isTransposed));

    private Parameter Register(Parameter parameter)
    {
        _loading.Parameters.Add(parameter);
        return parameter;
    }

    private void Read(string name, Shape shape, Initialization initialization, Span<float> destination) =>
        _loading.Source.Read(Name(name), shape, initialization with { Deviation = initialization.Deviation * _deviation }, destination);

    private string Name(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    private sealed class Loading(IWeightSource source, bool isTrainable)
    {
        private float[] _scratch = [];

        public IWeightSource Source { get; } = source;

        public bool IsTrainable { get; } = isTrainable;

        public List<Parameter> Parameters { get; } = [];

        public Span<float> Scratch(int count)
        {
            if (_scratch.Length < count)
            {
                _scratch = GC.AllocateUninitializedArray<float>(count);
            }

            return _scratch.AsSpan(0, count);
        }
    }
}
