using Akin.Models.Configuration;
using Akin.Tensors;

namespace Akin.Models;

/// <summary>One architecture: how its configuration is read and which models it has. Its own file makes it, <see cref="ArchitectureRegistry"/> lists it.</summary>
public abstract class Architecture
{
    private protected Architecture(string modelType, string backbonePrefix, string[] headWeights)
    {
        ModelType = modelType;
        BackbonePrefix = backbonePrefix;
        HeadWeights = headWeights;
    }

    /// <summary>The <c>model_type</c> of its configurations.</summary>
    public string ModelType { get; }

    /// <summary>The prefix of the backbone's weights in a model with a head, with its dot, such as <c>bert.</c>.</summary>
    public string BackbonePrefix { get; }

    /// <summary>Beginnings of names that a model may leave unread in a checkpoint, because they belong to another head.</summary>
    public IReadOnlyList<string> HeadWeights { get; }

    /// <summary>The kinds of model it has.</summary>
    public abstract IReadOnlyCollection<Type> Heads { get; }

    /// <summary>Reads a configuration and refuses what it cannot honour.</summary>
    /// <exception cref="ConfigException">A field is unknown or has an unsupported value.</exception>
    public abstract ModelConfig ReadConfig(ConfigReader json);

    /// <summary>Makes a model.</summary>
    /// <typeparam name="THead">The kind of model.</typeparam>
    /// <param name="config">What <see cref="ReadConfig"/> gave.</param>
    /// <param name="weights">The root of the weights.</param>
    /// <exception cref="NotSupportedException">The architecture has no such model.</exception>
    public abstract THead Create<THead>(ModelConfig config, Weights weights)
        where THead : PretrainedModel;
}
