using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>Scores every piece of the vocabulary as the next token after every token.</summary>
/// <remarks>Logits are <c>[tokens, vocabulary]</c>.</remarks>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
/// <param name="backbone">Turns token ids into the token vectors that the head reads.</param>
public abstract class CausalLanguageModel(ModelConfig config, Weights weights, EncoderModel backbone) : ScoringModel(config, weights, backbone)
{
    /// <summary>The mean cross-entropy of the next pieces: the scores at a token are compared with the label of the token after it.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What <see cref="ScoringModel.Forward"/> gave.</param>
    /// <param name="batch">The same texts.</param>
    /// <param name="labels">The id of every token itself, −100 where it does not count, <c>[tokens]</c>; they are moved by one here.</param>
    /// <returns>A single number; NaN when no token counts.</returns>
    public virtual Tensor Loss(ForwardContext context, LogitsOutput output, RaggedBatch batch, ReadOnlySpan<int> labels)
    {
        int[] next = new int[labels.Length];
        Array.Fill(next, CrossEntropyOperation.Ignored);
        ReadOnlySpan<int> offsets = batch.Offsets.Span;
        for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
        {
            for (int token = offsets[sequence]; token + 1 < offsets[sequence + 1]; token++)
            {
                next[token] = labels[token + 1];
            }
        }

        return context.CrossEntropy(output.Logits, next);
    }
}
