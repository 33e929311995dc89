using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>Reads one text and scores every piece of the vocabulary as the next token of another.</summary>
/// <param name="config">The configuration.</param>
/// <param name="weights">The root of the weights.</param>
/// <param name="backbone">The encoder and the decoder.</param>
public abstract class Seq2SeqLanguageModel(Seq2SeqConfig config, Weights weights, Seq2SeqModel backbone) : PretrainedModel(config, weights)
{
    /// <summary>The model under the head.</summary>
    public Seq2SeqModel Backbone { get; } = backbone;

    /// <summary>The configuration.</summary>
    public new Seq2SeqConfig Config { get; } = config;

    /// <inheritdoc/>
    public override PositionNumbering Numbering => Backbone.Numbering;

    /// <summary>Runs the model on texts that are there already.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The texts to read.</param>
    /// <param name="written">The texts to write, each beginning with the decoder's start (<see cref="ShiftRight"/>).</param>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table, or there are not as many texts.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public Seq2SeqOutput Forward(ForwardContext context, RaggedBatch batch, RaggedBatch written)
    {
        EncoderOutput encoder = Backbone.Encode(context, batch);
        DecoderOutput decoder = Backbone.Decode(context, written, encoder.LastHiddenState, batch);
        return new Seq2SeqOutput(Score(context, decoder.LastHiddenState), encoder, decoder);
    }

    /// <summary>What the decoder is given where a text is to be written: the start, then the text without its last token.</summary>
    /// <param name="labels">The text's tokens; −100 becomes padding.</param>
    /// <returns>As many tokens.</returns>
    public int[] ShiftRight(ReadOnlySpan<int> labels)
    {
        int[] shifted = new int[labels.Length];
        for (int token = 0; token < shifted.Length; token++)
        {
            int before = token == 0 ? Config.DecoderStartId : labels[token - 1];
            shifted[token] = before == CrossEntropyOperation.Ignored ? Config.PaddingId : before;
        }

        return shifted;
    }

    /// <summary>The cross-entropy of the texts to write.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="output">What <see cref="Forward"/> gave for these labels moved by <see cref="ShiftRight"/>.</param>
    /// <param name="labels">The tokens to write, −100 where they do not count, <c>[written tokens]</c>.</param>
    /// <param name="options">Label smoothing and reduction. Default: PyTorch's, the mean.</param>
    /// <returns>A single number; NaN when no token counts.</returns>
    public virtual Tensor Loss(ForwardContext context, Seq2SeqOutput output, ReadOnlyMemory<int> labels, CrossEntropyOptions? options = null) =>
        context.CrossEntropy(output.Logits, labels, options);

    /// <summary>Reads texts and makes what <see cref="ScoreNext"/> keeps of them and of what is written.</summary>
    /// <param name="context">Lends memory and threads.</param>
    /// <param name="batch">The texts to read.</param>
    public DecoderCache CreateCache(ForwardContext context, RaggedBatch batch)
    {
        ArgumentNullException.ThrowIfNull(context);
        using ForwardScope scope = context.Scope();
        return Backbone.CreateCache(context, Backbone.Encode(context, batch).LastHiddenState, batch);
    }

    /// <summary>Scores what may follow each text that is being written: the same numbers, bit for bit, as <see cref="Forward"/> gives for its last token.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The tokens that the cache does not hold yet, at least one of every text; the first of all is the decoder's start.</param>
    /// <param name="cache">What <see cref="CreateCache"/> gave; the tokens are added to it.</param>
    /// <returns><c>[texts, vocabulary]</c>.</returns>
    public Tensor ScoreNext(ForwardContext context, RaggedBatch batch, DecoderCache cache)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(batch);
        using ForwardScope scope = context.Scope();
        Tensor hidden = Backbone.Continue(context, batch, cache);
        return scope.Keep(Score(context, context.IndexSelect(hidden, axis: 0, batch.LastTokens())));
    }

    /// <summary>Runs the head.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="hidden">The decoder's states, <c>[tokens, hidden]</c>.</param>
    /// <returns><c>[tokens, vocabulary]</c>.</returns>
    protected abstract Tensor Score(ForwardContext context, Tensor hidden);
}
