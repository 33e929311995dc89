using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>Says whether the second text of a pair follows the first.</summary>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
public abstract class NextSentenceModel(ModelConfig config, Weights weights) : PretrainedModel(config, weights)
{
    /// <summary>Runs the model.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The texts.</param>
    /// <returns>Logits <c>[sequences, 2]</c>: follows, does not follow.</returns>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public abstract LogitsOutput Forward(ForwardContext context, RaggedBatch batch);

    /// <summary>The mean cross-entropy.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What <see cref="Forward"/> gave.</param>
    /// <param name="labels">0: follows, 1: does not, −100: does not count, <c>[sequences]</c>.</param>
    /// <returns>A single number; NaN when no sequence counts.</returns>
    public virtual Tensor Loss(ForwardContext context, LogitsOutput output, ReadOnlyMemory<int> labels) => context.CrossEntropy(output.Logits, labels);
}
