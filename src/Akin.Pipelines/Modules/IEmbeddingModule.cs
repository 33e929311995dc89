using Akin.Tensors;

namespace Akin.Pipelines.Modules;

/// <summary>A module that changes embeddings after pooling; a new kind is a class and a line in <see cref="EmbeddingModules"/>.</summary>
internal interface IEmbeddingModule
{
    /// <summary>The class name in <c>modules.json</c>.</summary>
    string Kind { get; }

    /// <summary>Floats of an embedding that leaves the module.</summary>
    int OutputSize { get; }

    /// <summary>The weights, each under a name that no other module of the model has.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Applies the module.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="embeddings"><c>[sequences, inputs]</c>.</param>
    /// <returns><c>[sequences, outputs]</c>.</returns>
    Tensor Forward(ForwardContext context, Tensor embeddings);

    /// <summary>Writes what <see cref="EmbeddingModules.Load"/> reads.</summary>
    /// <param name="folder">An existing folder.</param>
    void Save(string folder);

    /// <summary>Reads weights that <see cref="Save"/> has written back into this module.</summary>
    /// <param name="folder">The folder.</param>
    void LoadWeights(string folder);
}
