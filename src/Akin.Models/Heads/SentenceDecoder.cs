using Akin.Tensors;

namespace Akin.Models.Heads;

/// <summary>Writes texts again from one vector for each: what an encoder is trained against when it must put all of a text into its vector.</summary>
/// <param name="weights">Where the weights are that only the decoder has.</param>
public abstract class SentenceDecoder(Weights weights)
{
    /// <summary>The weights that only the decoder has; all others are the encoder's own.</summary>
    public IReadOnlyList<Parameter> Parameters => weights.Loaded();

    /// <summary>Scores what may come after every token, knowing the tokens before it and the text's vector.</summary>
    /// <param name="context">The running pass; the result lives until its scope ends.</param>
    /// <param name="batch">The texts, each without its last token.</param>
    /// <param name="sentences">The texts' vectors, <c>[texts, hidden]</c>.</param>
    /// <returns><c>[tokens, vocabulary]</c>.</returns>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    public abstract Tensor Forward(ForwardContext context, RaggedBatch batch, Tensor sentences);
}
