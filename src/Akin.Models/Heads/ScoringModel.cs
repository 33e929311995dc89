using Akin.Models.Configuration;
using Akin.Tensors;

namespace Akin.Models.Heads;

/// <summary>A model whose head gives one tensor of scores.</summary>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
/// <param name="backbone">Turns token ids into the token vectors that the head reads.</param>
public abstract class ScoringModel(ModelConfig config, Weights weights, EncoderModel backbone) : ModelWithHead(config, weights, backbone)
{
    /// <summary>Runs the model.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The texts.</param>
    /// <returns>The logits, in the shape that the kind of model says, and what the backbone gave.</returns>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public LogitsOutput Forward(ForwardContext context, RaggedBatch batch)
    {
        EncoderOutput encoder = Backbone.Forward(context, batch);
        return new LogitsOutput(Score(context, encoder, batch), encoder);
    }

    /// <summary>Runs the head.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="encoder">What the backbone gave.</param>
    /// <param name="batch">The texts.</param>
    /// <returns>The logits.</returns>
    protected abstract Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch);
}
