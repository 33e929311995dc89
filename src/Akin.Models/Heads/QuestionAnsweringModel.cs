using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>Finds where an answer starts and ends in a text.</summary>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
/// <param name="backbone">Turns token ids into the token vectors that the head reads.</param>
public abstract class QuestionAnsweringModel(ModelConfig config, Weights weights, EncoderModel backbone) : ModelWithHead(config, weights, backbone)
{
    /// <summary>Runs the model.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The texts.</param>
    /// <returns>Scores of every token.</returns>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public QuestionAnsweringOutput Forward(ForwardContext context, RaggedBatch batch)
    {
        EncoderOutput encoder = Backbone.Forward(context, batch);
        Tensor scores = Score(context, encoder);
        return new QuestionAnsweringOutput(context.Column(scores, 0), context.Column(scores, 1), encoder);
    }

    /// <summary>The mean of the cross-entropies of the right start and the right end.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What <see cref="Forward"/> gave.</param>
    /// <param name="batch">The same texts.</param>
    /// <param name="startPositions">The answer's first token, from 0, <c>[sequences]</c>; beyond the end: does not count.</param>
    /// <param name="endPositions">The answer's last token.</param>
    /// <returns>A single number; NaN when no text counts.</returns>
    public virtual Tensor Loss(
        ForwardContext context, QuestionAnsweringOutput output, RaggedBatch batch, ReadOnlyMemory<int> startPositions, ReadOnlyMemory<int> endPositions) =>
        context.WeightedSum(
            context.SpanCrossEntropy(output.StartLogits, batch, startPositions), 0.5f,
            context.SpanCrossEntropy(output.EndLogits, batch, endPositions), 0.5f);

    /// <summary>Scores every token as the answer's start and as its end.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="encoder">What the backbone gave.</param>
    /// <returns><c>[tokens, 2]</c>.</returns>
    protected abstract Tensor Score(ForwardContext context, EncoderOutput encoder);
}
