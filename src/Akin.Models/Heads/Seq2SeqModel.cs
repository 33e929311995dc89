using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Layers;

namespace Akin.Models.Heads;

/// <summary>A backbone that reads one text and writes another: an encoder, and a decoder that looks at what the encoder says.</summary>
/// <param name="config">The configuration.</param>
/// <param name="weights">Where the backbone's weights are.</param>
public abstract class Seq2SeqModel(Seq2SeqConfig config, Weights weights) : PretrainedModel(config, weights)
{
    private readonly string _prefix = weights.Path + ".";

    private protected override string PrefixWhenSaved => _prefix;

    /// <summary>The configuration.</summary>
    public new Seq2SeqConfig Config { get; } = config;

    /// <summary>The table of word embeddings of both parts, <c>[vocabulary, hidden]</c>.</summary>
    public abstract Embedding WordEmbeddings { get; }

    /// <summary>Reads texts.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The texts.</param>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public abstract EncoderOutput Encode(ForwardContext context, RaggedBatch batch);

    /// <summary>Runs the decoder on texts that are there already, as in training.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="batch">What is written, each text beginning with the decoder's start.</param>
    /// <param name="states">The encoder's <see cref="EncoderOutput.LastHiddenState"/>.</param>
    /// <param name="read">The texts that were read, as many.</param>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table, or there are not as many texts.</exception>
    public abstract DecoderOutput Decode(ForwardContext context, RaggedBatch batch, Tensor states, RaggedBatch read);

    /// <summary>Makes a cache that holds what the decoder's layers look at in the encoder's states.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="states">The encoder's <see cref="EncoderOutput.LastHiddenState"/>.</param>
    /// <param name="read">The texts that were read.</param>
    public abstract DecoderCache CreateCache(ForwardContext context, Tensor states, RaggedBatch read);

    /// <summary>Runs the decoder on tokens that follow those in a cache, which they are added to.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="batch">The new tokens of every text.</param>
    /// <param name="cache">What <see cref="CreateCache"/> gave.</param>
    /// <returns><c>[tokens, hidden]</c>.</returns>
    public abstract Tensor Continue(ForwardContext context, RaggedBatch batch, DecoderCache cache);

    /// <summary>Refuses a decoder's batch that does not have a text for each one that was read.</summary>
    private protected void RequirePairs(RaggedBatch batch, RaggedBatch read)
    {
        RequireNumbering(batch);
        if (batch.SequenceCount != read.SequenceCount)
        {
            throw new InvalidBatchException($"There are {read.SequenceCount} texts to read and {batch.SequenceCount} to write: they are pairs.");
        }
    }
}
