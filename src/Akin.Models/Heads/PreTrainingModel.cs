using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>A model with the heads it was pre-trained with: a score of every token, and in most architectures the relation of two texts.</summary>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
/// <param name="backbone">Turns token ids into the token vectors that the head reads.</param>
public abstract class PreTrainingModel(ModelConfig config, Weights weights, EncoderModel backbone) : ModelWithHead(config, weights, backbone)
{
    /// <summary>Runs the model.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The texts.</param>
    /// <returns>Scores of every head.</returns>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public PreTrainingOutput Forward(ForwardContext context, RaggedBatch batch) => Score(context, Backbone.Forward(context, batch));

    /// <summary>Runs the model and scores some tokens only: in training the masked ones, which saves most of the work and memory of the head.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The texts.</param>
    /// <param name="tokens">Places in the batch, from 0, at least one; must not change before the backward pass.</param>
    /// <returns>Scores of these tokens, and of every pair.</returns>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public PreTrainingOutput Forward(ForwardContext context, RaggedBatch batch, ReadOnlyMemory<int> tokens)
    {
        EncoderOutput encoder = Backbone.Forward(context, batch);
        return Score(context, encoder.Only(context, tokens)) with { Encoder = encoder };
    }

    /// <summary>The sum of the heads' mean cross-entropies.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What a forward pass gave.</param>
    /// <param name="labels">The right id of every scored token, −100 where it does not count (ELECTRA: 1 if it was replaced, else 0), <c>[tokens]</c>.</param>
    /// <param name="sequenceLabels">
    /// 0: the second text follows the first, 1: it does not (or their order is swapped), <c>[sequences]</c>; nothing where there is no such head.
    /// </param>
    /// <returns>A single number; NaN when no token or no sequence counts.</returns>
    /// <exception cref="InvalidBatchException">There are not as many labels as tokens or sequences, or a label is not possible.</exception>
    public virtual Tensor Loss(
        ForwardContext context, PreTrainingOutput output, ReadOnlyMemory<int> labels, ReadOnlyMemory<int> sequenceLabels = default) =>
        context.WeightedSum(context.CrossEntropy(output.PredictionLogits, labels), 1, context.CrossEntropy(output.SequenceLogits!, sequenceLabels), 1);

    /// <summary>Runs the heads.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="encoder">What the backbone gave.</param>
    /// <returns>Scores of every head.</returns>
    protected abstract PreTrainingOutput Score(ForwardContext context, EncoderOutput encoder);
}
