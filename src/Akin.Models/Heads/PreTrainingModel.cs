using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>A model with the two heads it was pre-trained with: masked tokens, and the relation of two texts.</summary>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
public abstract class PreTrainingModel(ModelConfig config, Weights weights) : PretrainedModel(config, weights)
{
    /// <summary>Runs the model.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The texts.</param>
    /// <returns>Scores of both heads.</returns>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public abstract PreTrainingOutput Forward(ForwardContext context, RaggedBatch batch);

    /// <summary>The sum of both heads' mean cross-entropies.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What <see cref="Forward"/> gave.</param>
    /// <param name="labels">The right id of every token, −100 where it does not count, <c>[tokens]</c>.</param>
    /// <param name="sequenceLabels">0: the second text follows the first, 1: it does not (or their order is swapped), <c>[sequences]</c>.</param>
    /// <returns>A single number; NaN when no token or no sequence counts.</returns>
    public virtual Tensor Loss(ForwardContext context, PreTrainingOutput output, ReadOnlyMemory<int> labels, ReadOnlyMemory<int> sequenceLabels) =>
        context.WeightedSum(context.CrossEntropy(output.PredictionLogits, labels), 1, context.CrossEntropy(output.SequenceLogits, sequenceLabels), 1);
}
