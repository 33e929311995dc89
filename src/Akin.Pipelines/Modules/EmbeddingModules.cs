namespace Akin.Pipelines.Modules;

/// <summary>Makes the modules that may follow pooling.</summary>
internal static class EmbeddingModules
{
    private const string Supported = "Transformer, Pooling, Dense, LayerNorm, Normalize, Dropout";

    /// <summary>Loads a module.</summary>
    /// <param name="kind">Its class name.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="path">What its weights are called in the model.</param>
    /// <param name="inputSize">Floats of an embedding that comes in.</param>
    /// <param name="isTrainable">Whether it will be trained.</param>
    /// <returns>The module, or null for one that does nothing outside training.</returns>
    public static IEmbeddingModule? Load(string kind, string folder, string path, int inputSize, bool isTrainable) => kind switch
    {
        DenseModule.ClassName => DenseModule.Load(folder, path, inputSize, isTrainable),
        LayerNormModule.ClassName => LayerNormModule.Load(folder, path, inputSize, isTrainable),
        NormalizeModule.ClassName => new NormalizeModule(inputSize),
        "Dropout" => null,
        _ => throw new SentenceTransformerException(folder, $"module '{kind}' is not supported at this place; supported are {Supported}, the first two once and at the front."),
    };
}
