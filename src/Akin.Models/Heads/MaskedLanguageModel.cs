using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>Scores every piece of the vocabulary for every token.</summary>
/// <remarks>Logits are <c>[tokens, vocabulary]</c>.</remarks>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
/// <param name="backbone">Turns token ids into the token vectors that the head reads.</param>
public abstract class MaskedLanguageModel(ModelConfig config, Weights weights, EncoderModel backbone) : ScoringModel(config, weights, backbone)
{
    /// <summary>Runs the model and scores some tokens only: in training the masked ones, which saves most of the work and memory of the head.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The texts.</param>
    /// <param name="tokens">Places in the batch, from 0, at least one; must not change before the backward pass.</param>
    /// <returns>Logits of these tokens, <c>[tokens.Length, vocabulary]</c>.</returns>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public LogitsOutput Forward(ForwardContext context, RaggedBatch batch, ReadOnlyMemory<int> tokens)
    {
        EncoderOutput encoder = Backbone.Forward(context, batch);
        return new LogitsOutput(Score(context, encoder.Only(context, tokens), batch), encoder);
    }

    /// <summary>The mean cross-entropy of the right pieces.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What a forward pass gave.</param>
    /// <param name="labels">The right id of every scored token, −100 where it does not count, <c>[tokens]</c>.</param>
    /// <returns>A single number; NaN when no token counts.</returns>
    public virtual Tensor Loss(ForwardContext context, LogitsOutput output, ReadOnlyMemory<int> labels) => context.CrossEntropy(output.Logits, labels);
}
