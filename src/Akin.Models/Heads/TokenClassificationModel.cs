using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>Gives every token one of the configuration's labels.</summary>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
public abstract class TokenClassificationModel(ModelConfig config, Weights weights) : PretrainedModel(config, weights)
{
    /// <summary>Runs the model.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The texts.</param>
    /// <returns>Logits <c>[tokens, labels]</c>.</returns>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public abstract LogitsOutput Forward(ForwardContext context, RaggedBatch batch);

    /// <summary>The mean cross-entropy.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What <see cref="Forward"/> gave.</param>
    /// <param name="labels">The right label of every token, −100 where it does not count, <c>[tokens]</c>.</param>
    /// <returns>A single number; NaN when no token counts.</returns>
    public virtual Tensor Loss(ForwardContext context, LogitsOutput output, ReadOnlyMemory<int> labels) => context.CrossEntropy(output.Logits, labels);
}
