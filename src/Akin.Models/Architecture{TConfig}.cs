using Akin.Models.Configuration;
using Akin.Tensors;

namespace Akin.Models;

/// <inheritdoc/>
/// <typeparam name="TConfig">Its configuration.</typeparam>
internal sealed class Architecture<TConfig> : Architecture
    where TConfig : ModelConfig
{
    private readonly Func<ConfigReader, TConfig> _readConfig;
    private readonly Dictionary<Type, Func<TConfig, Weights, PretrainedModel>> _heads = [];

    public Architecture(string modelType, string backbonePrefix, string[] headWeights, Func<ConfigReader, TConfig> readConfig)
        : base(modelType, backbonePrefix, headWeights)
    {
        _readConfig = readConfig;
    }

    public override IReadOnlyCollection<Type> Heads => _heads.Keys;

    /// <summary>Adds a kind of model.</summary>
    /// <typeparam name="THead">The kind: the type that pipelines use.</typeparam>
    /// <param name="create">Makes it from its configuration and the root of its weights.</param>
    public Architecture<TConfig> With<THead>(Func<TConfig, Weights, THead> create)
        where THead : PretrainedModel
    {
        _heads.Add(typeof(THead), create);
        return this;
    }

    public override ModelConfig ReadConfig(ConfigReader json)
    {
        TConfig config = _readConfig(json);
        json.Finish();
        return config;
    }

    public override THead Create<THead>(ModelConfig config, Weights weights) =>
        _heads.TryGetValue(typeof(THead), out Func<TConfig, Weights, PretrainedModel>? create)
            ? (THead)create((TConfig)config, weights)
            : throw new NotSupportedException(
                $"Models of type '{ModelType}' have no {typeof(THead).Name}; they have {string.Join(", ", _heads.Keys.Select(head => head.Name))}.");
}
