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
    /// <summary>The mean cross-entropy of the right pieces.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What <see cref="ScoringModel.Forward"/> gave.</param>
    /// <param name="labels">The right id of every token, −100 where it does not count, <c>[tokens]</c>.</param>
    /// <returns>A single number; NaN when no token counts.</returns>
    public virtual Tensor Loss(ForwardContext context, LogitsOutput output, ReadOnlyMemory<int> labels) => context.CrossEntropy(output.Logits, labels);
}
