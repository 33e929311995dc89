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

    /// <summary>Makes what <see cref="ScoreNext"/> keeps of the texts it continues.</summary>
    /// <returns><see langword="null"/> for a model that keeps nothing: it reads whole texts for every token.</returns>
    public virtual DecoderCache? CreateCache() => null;

    /// <summary>Scores what may follow each text: the same numbers, bit for bit, as <see cref="ScoringModel.Forward"/> gives for its last token.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The texts; with a cache the tokens that it does not hold yet, at least one of every text.</param>
    /// <param name="cache">What <see cref="CreateCache"/> gave; the tokens are added to it. <see langword="null"/>: the texts are whole.</param>
    /// <returns><c>[texts, vocabulary]</c>.</returns>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public Tensor ScoreNext(ForwardContext context, RaggedBatch batch, DecoderCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        using ForwardScope scope = context.Scope();
        EncoderOutput output = cache is null
            ? Backbone.Forward(context, batch)
            : new EncoderOutput(Continue(context, batch, cache), PooledOutput: null, HiddenStates: null, Attentions: null);
        return scope.Keep(Score(context, output.Only(context, batch.LastTokens()), batch));
    }

    /// <summary>Runs the backbone on tokens that follow those in a cache.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="batch">The new tokens.</param>
    /// <param name="cache">What <see cref="CreateCache"/> gave.</param>
    /// <returns><c>[tokens, hidden]</c>.</returns>
    protected virtual Tensor Continue(ForwardContext context, RaggedBatch batch, DecoderCache cache) =>
        throw new NotSupportedException($"{GetType().Name} keeps nothing between passes.");
}
