using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Layers;

namespace Akin.Models.Heads;

/// <summary>A backbone: token ids to token vectors.</summary>
/// <param name="config">The configuration.</param>
/// <param name="weights">Where the backbone's weights are.</param>
public abstract class EncoderModel(ModelConfig config, Weights weights) : PretrainedModel(config, weights)
{
    private readonly string _prefix = weights.Path + ".";

    private protected override string PrefixWhenSaved => _prefix;

    /// <summary>The table of word embeddings, <c>[vocabulary, embedding size]</c>; the decoder of a language model usually shares it.</summary>
    public abstract Embedding WordEmbeddings { get; }

    /// <summary>Runs the model.</summary>
    /// <param name="context">Lends memory and threads; the result lives until its scope ends.</param>
    /// <param name="batch">The texts.</param>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public abstract EncoderOutput Forward(ForwardContext context, RaggedBatch batch);

    /// <summary>Makes a new decoder that shares this model's weights.</summary>
    /// <param name="seed">Seeds the weights that only the decoder has.</param>
    /// <exception cref="NotSupportedException">The architecture has no such decoder: BERT and RoBERTa have.</exception>
    public virtual SentenceDecoder CreateDecoder(ulong seed) =>
        throw new NotSupportedException($"A model of type '{Config.ModelType}' cannot be read as a decoder; bert, roberta and xlm-roberta can.");
}
