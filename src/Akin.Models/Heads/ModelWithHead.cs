using Akin.Models.Configuration;
using Akin.Tensors;

namespace Akin.Models.Heads;

/// <summary>A backbone with a head on it.</summary>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
/// <param name="backbone">Turns token ids into the token vectors that the head reads.</param>
public abstract class ModelWithHead(ModelConfig config, Weights weights, EncoderModel backbone) : PretrainedModel(config, weights)
{
    /// <summary>The model under the head.</summary>
    public EncoderModel Backbone { get; } = backbone;

    /// <inheritdoc/>
    public override PositionNumbering Numbering => Backbone.Numbering;
}
