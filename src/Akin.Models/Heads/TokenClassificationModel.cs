using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>Gives every token one of the configuration's labels.</summary>
/// <remarks>Logits are <c>[tokens, labels]</c>.</remarks>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
/// <param name="backbone">Turns token ids into the token vectors that the head reads.</param>
public abstract class TokenClassificationModel(ModelConfig config, Weights weights, EncoderModel backbone) : ScoringModel(config, weights, backbone)
{
    /// <summary>The mean cross-entropy.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What <see cref="ScoringModel.Forward"/> gave.</param>
    /// <param name="labels">The right label of every token, −100 where it does not count, <c>[tokens]</c>.</param>
    /// <returns>A single number; NaN when no token counts.</returns>
    public virtual Tensor Loss(ForwardContext context, LogitsOutput output, ReadOnlyMemory<int> labels) => context.CrossEntropy(output.Logits, labels);
}
