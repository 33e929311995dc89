using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>Says whether the second text of a pair follows the first.</summary>
/// <remarks>Logits are <c>[sequences, 2]</c>: follows, does not follow.</remarks>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
/// <param name="backbone">Turns token ids into the token vectors that the head reads.</param>
public abstract class NextSentenceModel(ModelConfig config, Weights weights, EncoderModel backbone) : ScoringModel(config, weights, backbone)
{
    /// <summary>The mean cross-entropy.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What <see cref="ScoringModel.Forward"/> gave.</param>
    /// <param name="labels">0: follows, 1: does not, −100: does not count, <c>[sequences]</c>.</param>
    /// <returns>A single number; NaN when no sequence counts.</returns>
    public virtual Tensor Loss(ForwardContext context, LogitsOutput output, ReadOnlyMemory<int> labels) => context.CrossEntropy(output.Logits, labels);
}
