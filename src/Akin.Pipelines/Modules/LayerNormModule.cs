using System.Text.Json.Nodes;
using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Layers;

namespace Akin.Pipelines.Modules;

/// <summary>Normalises every embedding to mean 0 and variance 1, then scales and shifts it.</summary>
internal sealed class LayerNormModule : IEmbeddingModule
{
    public const string ClassName = "LayerNorm";

    /// <summary>PyTorch's default, which the module never changes.</summary>
    private const float Epsilon = 1e-5f;

    private readonly LayerNorm _norm;
    private readonly Weights _weights;

    private LayerNormModule(Weights weights, int size)
    {
        _weights = weights;
        _norm = new LayerNorm(weights.Sub("norm"), size, Epsilon);
        OutputSize = size;
    }

    public string Kind => ClassName;

    public int OutputSize { get; }

    public IReadOnlyList<Parameter> Parameters => _weights.Loaded();

    public static LayerNormModule Load(string folder, string path, int inputSize, bool isTrainable)
    {
        ConfigReader config = ModuleConfig.Read(Path.Combine(folder, "config.json"));
        if (config.Integer("dimension", inputSize) != inputSize)
        {
            throw config.Refuse("dimension", $"{inputSize}, the size of the embeddings that come in");
        }

        config.Finish();
        return ModuleWeights.Load(folder, path, isTrainable, weights => new LayerNormModule(weights, inputSize));
    }

    public Tensor Forward(ForwardContext context, Tensor embeddings) => _norm.Forward(context, embeddings);

    public void Save(string folder)
    {
        ModuleConfig.Write(Path.Combine(folder, "config.json"), new JsonObject { ["dimension"] = OutputSize });
        ModuleWeights.Save(folder, _weights);
    }

    public void LoadWeights(string folder) => ModuleWeights.LoadAgain(folder, _weights);
}
