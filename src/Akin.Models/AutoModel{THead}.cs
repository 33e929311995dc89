using System.Text.Json.Nodes;
using Akin.Hub;
using Akin.Models.Checkpoints;
using Akin.Models.Configuration;
using Akin.Tensors;

namespace Akin.Models;

#pragma warning disable CA1000 // called through the derived names that Python users know: AutoModelForMaskedLM.FromPretrained
/// <summary>Loads a kind of model whatever its architecture.</summary>
/// <typeparam name="THead">The kind of model.</typeparam>
public abstract class AutoModel<THead>
    where THead : PretrainedModel
{
    private protected AutoModel()
    {
    }

    /// <summary>Loads a published or saved model.</summary>
    /// <param name="pathOrId">A folder with <c>config.json</c> and weights, or the name of a repository on the hub.</param>
    /// <param name="options">Training, missing weights, hub. Default: inference, and everything must be there.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="HubException">There is no such model.</exception>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    /// <exception cref="CheckpointException">The weights are damaged, or do not belong to the configuration.</exception>
    /// <exception cref="NotSupportedException">The architecture has no such kind of model.</exception>
    public static THead FromPretrained(
        string pathOrId, LoadOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        FromFolder(ModelHub.ResolveFolder(pathOrId, options?.Hub, progress, cancellationToken), options ?? new LoadOptions());

    /// <inheritdoc cref="FromPretrained"/>
    public static async Task<THead> FromPretrainedAsync(
        string pathOrId, LoadOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        FromFolder(await ModelHub.ResolveFolderAsync(pathOrId, options?.Hub, progress, cancellationToken).ConfigureAwait(false), options ?? new LoadOptions());

    /// <summary>Makes a new model of random weights.</summary>
    /// <param name="config">The fields of a <c>config.json</c>; <c>model_type</c> names the architecture.</param>
    /// <param name="options">Seed and training.</param>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    public static THead FromConfig(JsonObject config, LoadOptions? options = null) =>
        FromConfig(new ConfigReader(JsonNode.Parse(config.ToJsonString())!.AsObject()), options); // as read from a file: 0 is a number of any kind

    /// <inheritdoc cref="FromConfig(JsonObject, LoadOptions?)"/>
    /// <param name="json">The configuration as it was read from a file; it becomes the model's, with what the options change in it.</param>
    /// <param name="options">Seed and training.</param>
    public static THead FromConfig(ConfigReader json, LoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        options ??= new LoadOptions();
        options.ApplyTo(json.Json);
        Architecture architecture = ArchitectureRegistry.Find(json);
        ModelConfig read = architecture.ReadConfig(json);
        Weights weights = new(new RandomWeights(options.Seed, read.InitializerRange), options.IsTrainable);
        return architecture.Create<THead>(read, weights);
    }

    /// <summary>Loads a model whose configuration and weights do not lie in one folder under the usual names.</summary>
    /// <param name="json">The configuration; it becomes the model's, with what the options change in it.</param>
    /// <param name="checkpoint">What <see cref="Checkpoint.Open"/> takes: a file of weights, a TensorFlow checkpoint such as <c>bert_model.ckpt</c>, or a folder.</param>
    /// <param name="options">Training, missing weights. Default: inference, and everything must be there.</param>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    /// <exception cref="CheckpointException">The weights are damaged, or do not belong to the configuration.</exception>
    /// <exception cref="NotSupportedException">The architecture has no such kind of model.</exception>
    public static THead FromCheckpoint(ConfigReader json, string checkpoint, LoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        options ??= new LoadOptions();
        options.ApplyTo(json.Json);
        Architecture architecture = ArchitectureRegistry.Find(json);
        ModelConfig config = architecture.ReadConfig(json);
        using Checkpoint stored = Checkpoint.Open(checkpoint).WithCanonicalNames(architecture.BackbonePrefix);
        RandomWeights random = new(options.Seed, config.InitializerRange);
        CheckpointWeights source = new(
            stored, options.InitializesMissing ? random : null, options.ReplacesMismatchedHeads ? random : null, architecture.HeadWeights);
        THead model = architecture.Create<THead>(config, new Weights(source, options.IsTrainable));
        if (!options.IgnoresUnexpected)
        {
            source.RefuseUnexpected();
        }

        model.InitializedWeights = source.Initialized;
        model.UnusedWeights = source.Unused;
        return model;
    }

    private static THead FromFolder(string folder, LoadOptions options) => FromCheckpoint(ConfigReader.Open(folder), folder, options);
}
