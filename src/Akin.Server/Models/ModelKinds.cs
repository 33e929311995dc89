using Akin.Models.Configuration;

namespace Akin.Server.Models;

/// <summary>Tells from a folder what its model is for.</summary>
internal static class ModelKinds
{
    /// <summary>The kind of a model: what <c>modules.json</c>, <c>architectures</c> and the number of labels say. A plain encoder is an <see cref="ModelKind.Encoder"/>.</summary>
    /// <param name="folder">The model's folder, or a GGUF file.</param>
    /// <exception cref="ConfigException">The configuration cannot be read.</exception>
    public static ModelKind Of(string folder)
    {
        string modules = Path.Combine(folder, "modules.json");
        if (File.Exists(folder) || (File.Exists(modules) && File.ReadAllText(modules).Contains("Pooling", StringComparison.Ordinal))) // cross-encoders have modules too, but never that one
        {
            return ModelKind.Encoder;
        }

        ConfigReader config = ConfigReader.Open(folder);
        bool isClassifier = config.Json["architectures"]?.ToJsonString().Contains("ForSequenceClassification", StringComparison.Ordinal) == true;
        if (!isClassifier)
        {
            return ModelKind.Encoder;
        }

        // One score is what a query and a document get; cross-encoders of several scores do not rank.
        return Akin.Models.ArchitectureRegistry.Find(config).ReadConfig(config).Labels.Count == 1 ? ModelKind.Reranker : ModelKind.Classifier;
    }
}
