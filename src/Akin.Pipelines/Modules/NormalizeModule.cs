using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Pipelines.Modules;

/// <summary>Scales every embedding to length 1.</summary>
internal sealed class NormalizeModule(int size) : IEmbeddingModule
{
    public const string ClassName = "Normalize";

    public string Kind => ClassName;

    public int OutputSize => size;

    public IReadOnlyList<Parameter> Parameters => [];

    public Tensor Forward(ForwardContext context, Tensor embeddings) => context.Normalize(embeddings);

    /// <summary>The older layout has no file for it.</summary>
    public void Save(string folder)
    {
    }

    public void LoadWeights(string folder)
    {
    }
}
