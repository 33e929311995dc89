using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Models.Architectures;

/// <summary>RoBERTa: Liu et al. 2019, "RoBERTa: A Robustly Optimized BERT Pretraining Approach", https://arxiv.org/abs/1907.11692.</summary>
/// <remarks>
/// BERT's layers trained in another way. What differs: positions begin after the padding id, there is usually one token type, and texts are classified by
/// two layers over the first token instead of the pooler. Weight paths are those of transformers' <c>Roberta…</c> classes.
/// </remarks>
internal static class Roberta
{
    /// <summary>Beginnings of the names of heads' weights.</summary>
    public static readonly string[] HeadWeights = ["lm_head.", "classifier.", "qa_outputs.", "roberta.pooler."];

    public static Architecture Architecture { get; } =
        new Architecture<RobertaConfig>("roberta", "roberta.", HeadWeights, json => new RobertaConfig(json))
            .With<EncoderModel>((config, weights) => new RobertaModel(config, weights.Sub("roberta"), weights.Contains("roberta.pooler.dense.weight")))
            .With<MaskedLanguageModel>((config, weights) => new RobertaForMaskedLM(config, weights))
            .With<CausalLanguageModel>((config, weights) => new RobertaForCausalLM(config, weights))
            .With<SequenceClassificationModel>((config, weights) => new RobertaForSequenceClassification(config, weights))
            .With<TokenClassificationModel>((config, weights) => new RobertaForTokenClassification(config, weights))
            .With<QuestionAnsweringModel>((config, weights) => new RobertaForQuestionAnswering(config, weights))
            .With<MultipleChoiceModel>((config, weights) => new RobertaForMultipleChoice(config, weights));
}

/// <summary><c>config.json</c> of RoBERTa: BERT's fields; defaults are those of transformers' <c>RobertaConfig</c>.</summary>
public sealed class RobertaConfig : BertConfig
{
    internal RobertaConfig(ConfigReader json)
        : base(json, vocabularySize: 50265, paddingId: 1)
    {
        Numbering = PositionNumbering.AfterPadding(PaddingId!.Value);
        MaxTokenCount = PositionCount - PaddingId.Value - 1;
        if (MaxTokenCount < 1)
        {
            throw json.Refuse("max_position_embeddings", $"more than pad_token_id + 1, which is {PaddingId + 1}, because positions begin there");
        }
    }

    /// <summary>Positions count up from the one after the padding id.</summary>
    public PositionNumbering Numbering { get; }

    /// <inheritdoc/>
    public override int MaxTokenCount { get; }
}

/// <summary>Sum of word, token type and position embeddings, normalised.</summary>
internal sealed class RobertaEmbeddings(RobertaConfig config, Weights weights)
{
    private readonly Embedding _positions = new(weights.Sub("position_embeddings"), config.PositionCount, config.HiddenSize, config.PaddingId);
    private readonly Embedding _tokenTypes = new(weights.Sub("token_type_embeddings"), config.TokenTypeCount, config.HiddenSize);
    private readonly LayerNorm _norm = new(weights.Sub("LayerNorm"), config.HiddenSize, config.LayerNormEpsilon);

    public Embedding Words { get; } = new(weights.Sub("word_embeddings"), config.VocabularySize, config.HiddenSize, config.PaddingId);

    public Tensor Forward(ForwardContext context, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope();
        Tensor sum = Words.Forward(context, batch.InputIds);
        if (config.TokenTypeCount == 1)
        {
            // Some models (klue/roberta-base) come with BERT's tokenizer, which gives the second text of a pair type 1: the model has no such type.
            _tokenTypes.AddTo(context, id: 0, sum);
        }
        else
        {
            _tokenTypes.AddTo(context, batch.TokenTypeIds, sum);
        }

        _positions.AddTo(context, batch.PositionIds, sum);
        return scope.Keep(context.Dropout(_norm.Forward(context, sum), config.HiddenDropout));
    }
}

/// <summary>Embeddings and BERT's layers; with a pooler also a vector for every text.</summary>
internal class RobertaModel(RobertaConfig config, Weights weights, bool hasPooler) : EncoderModel(config, weights)
{
    private readonly RobertaEmbeddings _embeddings = new(config, weights.Sub("embeddings"));
    private readonly BertEncoder _encoder = new(config, weights.Sub("encoder"));
    private readonly FirstTokenPooler? _pooler = hasPooler ? new FirstTokenPooler(weights.Sub("pooler.dense"), config.HiddenSize) : null;

    public override Embedding WordEmbeddings => _embeddings.Words;

    public override PositionNumbering Numbering => config.Numbering;

    public override EncoderOutput Forward(ForwardContext context, RaggedBatch batch)
    {
        RequireNumbering(batch);
        EncoderOutput output = _encoder.Forward(context, _embeddings.Forward(context, batch), batch);
        return output with { PooledOutput = _pooler?.Forward(context, output.LastHiddenState, batch) };
    }

    public override SentenceDecoder CreateDecoder(ulong seed) => BertSentenceDecoder.Create(config, _embeddings.Words, _embeddings.Forward, _encoder, seed);
}

/// <summary>Scores of the vocabulary: dense, GELU and norm, then the word embeddings as decoder.</summary>
internal static class RobertaPredictions
{
    public static VocabularyHead Load(RobertaConfig config, Weights weights, Embedding words) => new(
        new Linear(weights.Sub("dense"), config.HiddenSize, config.HiddenSize),
        Activation.Gelu,
        new LayerNorm(weights.Sub("layer_norm"), config.HiddenSize, config.LayerNormEpsilon),
        VocabularyHead.Decoder(words, config.TiesWordEmbeddings, weights.Sub("decoder"), head: weights));
}

/// <summary>Fills in masked tokens.</summary>
internal class RobertaForMaskedLM : MaskedLanguageModel
{
    private readonly VocabularyHead _predictions;

    public RobertaForMaskedLM(RobertaConfig config, Weights weights)
        : base(config, weights, new RobertaModel(config, weights.Sub("roberta"), hasPooler: false)) =>
        _predictions = RobertaPredictions.Load(config, weights.Sub("lm_head"), Backbone.WordEmbeddings);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _predictions.Forward(context, encoder.LastHiddenState);
}

/// <summary>Continues a text; its configuration says <c>is_decoder</c>.</summary>
internal class RobertaForCausalLM : CausalLanguageModel
{
    private readonly VocabularyHead _predictions;

    public RobertaForCausalLM(RobertaConfig config, Weights weights)
        : base(config, weights, new RobertaModel(config, weights.Sub("roberta"), hasPooler: false)) =>
        _predictions = RobertaPredictions.Load(config, weights.Sub("lm_head"), Backbone.WordEmbeddings);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _predictions.Forward(context, encoder.LastHiddenState);
}

/// <summary>Classifies texts by two layers over the first token; there is no pooler.</summary>
internal class RobertaForSequenceClassification(RobertaConfig config, Weights weights)
    : SequenceClassificationModel(config, weights, new RobertaModel(config, weights.Sub("roberta"), hasPooler: false))
{
    private readonly FirstTokenClassifier _classifier = new(
        weights.Sub("classifier"), config.HiddenSize, config.Labels.Count, Activation.Tanh, config.ClassifierDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.LastHiddenState, batch);
}

/// <summary>Classifies tokens.</summary>
internal class RobertaForTokenClassification(RobertaConfig config, Weights weights)
    : TokenClassificationModel(config, weights, new RobertaModel(config, weights.Sub("roberta"), hasPooler: false))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, config.Labels.Count, config.ClassifierDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.LastHiddenState);
}

/// <summary>Finds where an answer starts and ends.</summary>
internal class RobertaForQuestionAnswering(RobertaConfig config, Weights weights)
    : QuestionAnsweringModel(config, weights, new RobertaModel(config, weights.Sub("roberta"), hasPooler: false))
{
    private readonly Classifier _outputs = new(weights.Sub("qa_outputs"), config.HiddenSize, classCount: 2);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder) => _outputs.Forward(context, encoder.LastHiddenState);
}

/// <summary>Scores the choices of a question by the pooled first token.</summary>
internal class RobertaForMultipleChoice(RobertaConfig config, Weights weights)
    : MultipleChoiceModel(config, weights, new RobertaModel(config, weights.Sub("roberta"), hasPooler: true))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, classCount: 1, config.HiddenDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.PooledOutput!);
}
