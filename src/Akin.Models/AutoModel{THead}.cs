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
    public static THead FromConfig(JsonObject config, LoadOptions? options = null)
    {
        options ??= new LoadOptions();
        ConfigReader json = new(JsonNode.Parse(config.ToJsonString())!.AsObject()); // as read from a file: 0 is a number of any kind
        options.ApplyTo(json.Json);
        Architecture architecture = ArchitectureRegistry.Find(json);
        ModelConfig read = architecture.ReadConfig(json);
        Weights weights = new(new RandomWeights(options.Seed, read.InitializerRange), options.IsTrainable);
        return architecture.Create<THead>(read, weights);
    }

    private static THead FromFolder(string folder, LoadOptions options)
    {
        ConfigReader json = ConfigReader.Open(folder);
        options.ApplyTo(json.Json);
        Architecture architecture = ArchitectureRegistry.Find(json);
        ModelConfig config = architecture.ReadConfig(json);
        using Checkpoint checkpoint = Checkpoint.Open(folder).WithCanonicalNames(architecture.BackbonePrefix);
        RandomWeights random = new(options.Seed, config.InitializerRange);
        CheckpointWeights source = new(
            checkpoint, options.InitializesMissing ? random : null, options.ReplacesMismatchedHeads ? random : null, architecture.HeadWeights);
        THead model = architecture.Create<THead>(config, new Weights(source, options.IsTrainable));
        if (!options.IgnoresUnexpected)
        {
            source.RefuseUnexpected();
        }

        model.InitializedWeights = source.Initialized;
        model.UnusedWeights = source.Unused;
        return model;
    }
}
