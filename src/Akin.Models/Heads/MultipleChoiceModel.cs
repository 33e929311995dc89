using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>Picks one of several texts, such as the answers to one question.</summary>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
/// <param name="backbone">Turns token ids into the token vectors that the head reads.</param>
public abstract class MultipleChoiceModel(ModelConfig config, Weights weights, EncoderModel backbone) : ModelWithHead(config, weights, backbone)
{
    /// <summary>Runs the model.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The texts: all choices of the first question, then all of the second, ….</param>
    /// <param name="choiceCount">How many choices every question has.</param>
    /// <returns>Logits <c>[questions, choices]</c>.</returns>
    /// <exception cref="InvalidBatchException">The texts are not whole questions, or an id or a position is outside its table.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public LogitsOutput Forward(ForwardContext context, RaggedBatch batch, int choiceCount)
    {
        if (choiceCount < 1 || batch.SequenceCount % choiceCount != 0)
        {
            throw new InvalidBatchException($"{batch.SequenceCount} texts are not whole questions of {choiceCount} choices.");
        }

        EncoderOutput encoder = Backbone.Forward(context, batch);
        Tensor logits = Score(context, encoder, batch);
        logits.Reshape(new Shape(batch.SequenceCount / choiceCount, choiceCount));
        return new LogitsOutput(logits, encoder);
    }

    /// <summary>The mean cross-entropy.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What <see cref="Forward"/> gave.</param>
    /// <param name="labels">The right choice of every question, −100 where it does not count, <c>[questions]</c>.</param>
    /// <returns>A single number; NaN when no question counts.</returns>
    public virtual Tensor Loss(ForwardContext context, LogitsOutput output, ReadOnlyMemory<int> labels) => context.CrossEntropy(output.Logits, labels);

    /// <summary>Scores every text by itself.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="encoder">What the backbone gave.</param>
    /// <param name="batch">The texts.</param>
    /// <returns><c>[sequences, 1]</c>.</returns>
    protected abstract Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch);
}
