using System.Text.Json.Nodes;
using Akin.Kernels;
using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Layers;

namespace Akin.Pipelines.Modules;

/// <summary><c>y = activation(x · Wᵀ + b)</c> over embeddings.</summary>
internal sealed class DenseModule : IEmbeddingModule
{
    public const string ClassName = "Dense";

    private static readonly (string Text, Activation Value)[] Activations =
    [
        ("torch.nn.modules.activation.Tanh", Activation.Tanh),
        ("torch.nn.modules.linear.Identity", Activation.None),
        ("torch.nn.modules.activation.ReLU", Activation.Relu),
        ("torch.nn.modules.activation.GELU", Activation.Gelu),
        ("torch.nn.modules.activation.SiLU", Activation.Silu),
        ("torch.nn.modules.activation.Sigmoid", Activation.Sigmoid),
    ];

    private readonly Linear _linear;
    private readonly Weights _weights;
    private readonly Activation _activation;
    private readonly int _inputSize;
    private readonly bool _hasBias;

    private DenseModule(Weights weights, int inputSize, int outputSize, bool hasBias, Activation activation)
    {
        _weights = weights;
        _linear = hasBias ? new Linear(weights.Sub("linear"), inputSize, outputSize) : Linear.WithoutBias(weights.Sub("linear"), inputSize, outputSize);
        _activation = activation;
        _inputSize = inputSize;
        _hasBias = hasBias;
    }

    public string Kind => ClassName;

    public int OutputSize => _linear.OutputSize;

    public IReadOnlyList<Parameter> Parameters => _weights.Loaded();

    public static DenseModule Load(string folder, string path, int inputSize, bool isTrainable)
    {
        ConfigReader config = ModuleConfig.Read(Path.Combine(folder, "config.json"));
        if (config.Integer("in_features", inputSize) != inputSize)
        {
            throw config.Refuse("in_features", $"{inputSize}, the size of the embeddings that come in");
        }

        int outputSize = config.OptionalInteger("out_features", minimum: 1) ?? throw config.Refuse("out_features", "a whole number from 1 on");
        bool hasBias = config.Flag("bias", true);
        Activation activation = config.Choice("activation_function", Activation.Tanh, Activations);
        config.MustBe("module_input_name", "\"sentence_embedding\"");
        config.MustBe("module_output_name", "\"sentence_embedding\"");
        config.MustBe("use_residual", "false");
        config.Finish();

        return ModuleWeights.Load(folder, path, isTrainable, weights => new DenseModule(weights, inputSize, outputSize, hasBias, activation));
    }

    /// <summary>Makes a new module, as large as PyTorch would: numbers of variance 1 / (3 · inputs).</summary>
    public static DenseModule Create(string path, int inputSize, int outputSize, Activation activation, ulong seed) => new(
        new Weights(new RandomWeights(seed, Math.Sqrt(1 / (3.0 * inputSize))), trainable: true).Sub(path), inputSize, outputSize, hasBias: true, activation);

    /// <summary>Makes a module of a linear map.</summary>
    public static DenseModule Of(string path, EmbeddingMap map) => new(
        new Weights(new MapWeights(map), trainable: false).Sub(path), map.InputSize, map.OutputSize, hasBias: true, Activation.None);

    public Tensor Forward(ForwardContext context, Tensor embeddings) => _linear.Forward(context, embeddings, _activation);

    public void Save(string folder)
    {
        ModuleConfig.Write(
            Path.Combine(folder, "config.json"),
            new JsonObject
            {
                ["in_features"] = _inputSize,
                ["out_features"] = OutputSize,
                ["bias"] = _hasBias,
                ["activation_function"] = Array.Find(Activations, pair => pair.Value == _activation).Text,
            });
        ModuleWeights.Save(folder, _weights);
    }

    public void LoadWeights(string folder) => ModuleWeights.LoadAgain(folder, _weights);

    /// <summary>A linear map as the two weights of the layer.</summary>
    private sealed class MapWeights(EmbeddingMap map) : IWeightSource
    {
        public bool Contains(string name) => true;

        public void Require(string name, Shape shape)
        {
            // The layer is made in the map's size.
        }

        public void Read(string name, Shape shape, Initialization initialization, Span<float> destination) =>
            (initialization == Initialization.Zeros ? map.Bias : map.Weight).CopyTo(destination);
    }
}
