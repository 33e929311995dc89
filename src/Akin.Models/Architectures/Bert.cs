using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Models.Architectures;

/// <summary>BERT: Devlin et al. 2018, "Pre-training of Deep Bidirectional Transformers for Language Understanding", https://arxiv.org/abs/1810.04805.</summary>
/// <remarks>A text begins with [CLS]; the two texts of a pair have token types 0 and 1. Weight paths are those of transformers' <c>Bert…</c> classes.</remarks>
internal static class Bert
{
    public static Architecture Architecture { get; } =
        new Architecture<BertConfig>("bert", "bert.", ["cls.", "classifier.", "qa_outputs.", "bert.pooler."], json => new BertConfig(json))
            .With<EncoderModel>((config, weights) => new BertModel(config, weights.Sub("bert"), weights.Contains("bert.pooler.dense.weight")))
            .With<MaskedLanguageModel>((config, weights) => new BertForMaskedLM(config, weights))
            .With<CausalLanguageModel>((config, weights) => new BertLMHeadModel(config, weights))
            .With<NextSentenceModel>((config, weights) => new BertForNextSentencePrediction(config, weights))
            .With<PreTrainingModel>((config, weights) => new BertForPreTraining(config, weights))
            .With<SequenceClassificationModel>((config, weights) => new BertForSequenceClassification(config, weights))
            .With<TokenClassificationModel>((config, weights) => new BertForTokenClassification(config, weights))
            .With<QuestionAnsweringModel>((config, weights) => new BertForQuestionAnswering(config, weights))
            .With<MultipleChoiceModel>((config, weights) => new BertForMultipleChoice(config, weights));
}

/// <summary><c>config.json</c> of BERT; defaults are those of bert-base-uncased.</summary>
public class BertConfig : ModelConfig
{
    // RoBERTa and ELECTRA have the same fields with other defaults.
    internal BertConfig(
        ConfigReader json, int vocabularySize = 30522, int hiddenSize = 768, int headCount = 12, int intermediateSize = 3072, int? paddingId = null)
        : base(json)
    {
        VocabularySize = json.Integer("vocab_size", vocabularySize);
        HiddenSize = json.Integer("hidden_size", hiddenSize);
        LayerCount = json.Integer("num_hidden_layers", 12, minimum: 0);
        HeadCount = json.Integer("num_attention_heads", headCount);
        IntermediateSize = json.Integer("intermediate_size", intermediateSize);
        HiddenActivation = json.Activation("hidden_act", Activation.Gelu);
        HiddenDropout = json.Probability("hidden_dropout_prob", 0.1);
        AttentionDropout = json.Probability("attention_probs_dropout_prob", 0.1);
        ClassifierDropout = json.Probability("classifier_dropout", HiddenDropout);
        PositionCount = json.Integer("max_position_embeddings", 512);
        TokenTypeCount = json.Integer("type_vocab_size", 2);
        InitializerRange = json.Number("initializer_range", 0.02);
        LayerNormEpsilon = (float)json.Number("layer_norm_eps", 1e-12);
        PaddingId = json.OptionalInteger("pad_token_id") ?? paddingId;
        IsDecoder = json.Flag("is_decoder", false);
        TiesWordEmbeddings = json.Flag("tie_word_embeddings", true);
        json.MustBe("position_embedding_type", "\"absolute\"");

        // Written by the original multilingual and Chinese checkpoints; nothing reads them.
        json.Ignore("directionality", "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type");

        if (HiddenSize % HeadCount != 0)
        {
            throw json.Refuse("num_attention_heads", $"a divisor of hidden_size, which is {HiddenSize}");
        }

        if (PaddingId >= VocabularySize)
        {
            throw json.Refuse("pad_token_id", $"an id below vocab_size, which is {VocabularySize}");
        }
    }

    /// <summary>Pieces of the vocabulary.</summary>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public override int HiddenSize { get; }

    /// <summary>Transformer layers.</summary>
    public int LayerCount { get; }

    /// <summary>Attention heads of a layer.</summary>
    public int HeadCount { get; }

    /// <summary>Floats between the two linear layers of the feed-forward part.</summary>
    public int IntermediateSize { get; }

    /// <summary>Between the two linear layers of the feed-forward part.</summary>
    public Activation HiddenActivation { get; }

    /// <summary>Dropout of embeddings and of layers, in training.</summary>
    public float HiddenDropout { get; }

    /// <summary>Dropout of attention probabilities, in training.</summary>
    public float AttentionDropout { get; }

    /// <summary>Dropout before a classifier, in training.</summary>
    public float ClassifierDropout { get; }

    /// <summary>Rows of the table of position embeddings.</summary>
    public int PositionCount { get; }

    /// <inheritdoc/>
    public override int MaxTokenCount => PositionCount;

    /// <summary>Token types: 2 for pairs of texts.</summary>
    public int TokenTypeCount { get; }

    /// <inheritdoc/>
    public override double InitializerRange { get; }

    /// <summary>ε of every LayerNorm.</summary>
    public float LayerNormEpsilon { get; }

    /// <summary>The padding token; its embedding is not trained.</summary>
    public int? PaddingId { get; }

    /// <summary>Whether a token sees only what stands before it.</summary>
    public bool IsDecoder { get; }

    /// <summary>Whether the decoder of a language model shares the word embeddings.</summary>
    public bool TiesWordEmbeddings { get; }
}

/// <summary>Sum of word, token type and position embeddings, normalised (section 3, figure 2).</summary>
internal sealed class BertEmbeddings(BertConfig config, Weights weights, int size)
{
    private readonly Embedding _positions = new(weights.Sub("position_embeddings"), config.PositionCount, size);
    private readonly Embedding _tokenTypes = new(weights.Sub("token_type_embeddings"), config.TokenTypeCount, size);
    private readonly LayerNorm _norm = new(weights.Sub("LayerNorm"), size, config.LayerNormEpsilon);

    public Embedding Words { get; } = new(weights.Sub("word_embeddings"), config.VocabularySize, size, config.PaddingId);

    public Tensor Forward(ForwardContext context, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope();
        Tensor sum = Words.Forward(context, batch.InputIds);
        _tokenTypes.AddTo(context, batch.TokenTypeIds, sum);
        _positions.AddTo(context, batch.PositionIds, sum);
        return scope.Keep(context.Dropout(_norm.Forward(context, sum), config.HiddenDropout));
    }
}

/// <summary>Multi-head self-attention with its output projection, residual and norm (Vaswani et al. 2017, section 3.2.2).</summary>
internal sealed class BertAttention(BertConfig config, Weights weights)
{
    private readonly Linear _queryKeyValue = Linear.Fused(
        [weights.Sub("self.query"), weights.Sub("self.key"), weights.Sub("self.value")], config.HiddenSize, config.HiddenSize);
    private readonly Linear _output = new(weights.Sub("output.dense"), config.HiddenSize, config.HiddenSize);
    private readonly LayerNorm _norm = new(weights.Sub("output.LayerNorm"), config.HiddenSize, config.LayerNormEpsilon);
    private readonly AttentionOptions _options = OptionsOf(config, config.IsDecoder);
    private readonly AttentionOptions _causal = OptionsOf(config, isCausal: true);

    public static AttentionOptions OptionsOf(BertConfig config, bool isCausal) => new()
    {
        HeadCount = config.HeadCount,
        HeadSize = config.HiddenSize / config.HeadCount,
        IsCausal = isCausal,
        Dropout = config.AttentionDropout,
    };

    public LayerOutput Forward(ForwardContext context, Tensor hidden, RaggedBatch batch, bool isCausal = false)
    {
        using ForwardScope scope = context.Scope(); // its memory is the feed-forward part's next
        AttentionResult attention = context.SelfAttention(_queryKeyValue.Forward(context, hidden), batch, isCausal ? _causal : _options);
        Tensor projected = _output.Forward(context, attention.Context, residual: hidden, dropout: config.HiddenDropout);
        return new LayerOutput(scope.Keep(_norm.Forward(context, projected)), scope.Keep(attention.Probabilities));
    }
}

/// <summary>Multi-head attention to other states, with its output projection, residual and norm (Vaswani et al. 2017, section 3.2.3).</summary>
internal sealed class BertCrossAttention(BertConfig config, Weights weights)
{
    private readonly Linear _query = new(weights.Sub("self.query"), config.HiddenSize, config.HiddenSize);
    private readonly Linear _keyValue = Linear.Fused([weights.Sub("self.key"), weights.Sub("self.value")], config.HiddenSize, config.HiddenSize);
    private readonly Linear _output = new(weights.Sub("output.dense"), config.HiddenSize, config.HiddenSize);
    private readonly LayerNorm _norm = new(weights.Sub("output.LayerNorm"), config.HiddenSize, config.LayerNormEpsilon);
    private readonly AttentionOptions _options = BertAttention.OptionsOf(config, isCausal: false);

    public Tensor Forward(ForwardContext context, Tensor hidden, RaggedBatch batch, Tensor states, RaggedBatch statesBatch)
    {
        Tensor query = _query.Forward(context, hidden);
        AttentionResult attention = context.CrossAttention(query, _keyValue.Forward(context, states), batch, statesBatch, _options);
        return _norm.Forward(context, _output.Forward(context, attention.Context, residual: hidden, dropout: config.HiddenDropout));
    }
}

/// <summary>One transformer layer: attention, then the feed-forward part, each with residual and norm.</summary>
internal sealed class BertLayer(BertConfig config, Weights weights) : ITransformerLayer
{
    private readonly BertAttention _attention = new(config, weights.Sub("attention"));
    private readonly Linear _intermediate = new(weights.Sub("intermediate.dense"), config.HiddenSize, config.IntermediateSize);
    private readonly Linear _output = new(weights.Sub("output.dense"), config.IntermediateSize, config.HiddenSize);
    private readonly LayerNorm _norm = new(weights.Sub("output.LayerNorm"), config.HiddenSize, config.LayerNormEpsilon);

    public LayerOutput Forward(ForwardContext context, Tensor hidden, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope();
        (Tensor attended, Tensor? probabilities) = _attention.Forward(context, hidden, batch);
        return new LayerOutput(scope.Keep(FeedForward(context, attended)), scope.Keep(probabilities));
    }

    /// <summary>The same layer from left to right, with a look at other states between its two parts.</summary>
    public Tensor Decode(ForwardContext context, Tensor hidden, RaggedBatch batch, BertCrossAttention crossAttention, Tensor states, RaggedBatch statesBatch)
    {
        using ForwardScope scope = context.Scope();
        Tensor attended = _attention.Forward(context, hidden, batch, isCausal: true).Hidden;
        return scope.Keep(FeedForward(context, crossAttention.Forward(context, attended, batch, states, statesBatch)));
    }

    private Tensor FeedForward(ForwardContext context, Tensor attended)
    {
        Tensor intermediate = _intermediate.Forward(context, attended, config.HiddenActivation);
        return _norm.Forward(context, _output.Forward(context, intermediate, residual: attended, dropout: config.HiddenDropout));
    }
}

/// <summary>The layers, one after the other.</summary>
internal sealed class BertEncoder(BertConfig config, Weights weights)
{
    private readonly BertLayer[] _layers = [.. Enumerable.Range(0, config.LayerCount).Select(layer => new BertLayer(config, weights.Sub("layer", layer)))];

    public IReadOnlyList<BertLayer> Layers => _layers;

    public EncoderOutput Forward(ForwardContext context, Tensor embeddings, RaggedBatch batch)
    {
        Tensor hidden = embeddings;
        LayerTrace trace = new(context, hidden);
        foreach (BertLayer layer in _layers)
        {
            hidden = trace.Next(hidden, layer, batch);
        }

        return new EncoderOutput(hidden, PooledOutput: null, trace.HiddenStates, trace.Attentions);
    }
}

/// <summary>Embeddings and layers; with a pooler also a vector for every text.</summary>
internal sealed class BertModel(BertConfig config, Weights weights, bool hasPooler) : EncoderModel(config, weights)
{
    private readonly BertEmbeddings _embeddings = new(config, weights.Sub("embeddings"), config.HiddenSize);
    private readonly BertEncoder _encoder = new(config, weights.Sub("encoder"));
    private readonly FirstTokenPooler? _pooler = hasPooler ? new FirstTokenPooler(weights.Sub("pooler.dense"), config.HiddenSize) : null;

    public override Embedding WordEmbeddings => _embeddings.Words;

    public override EncoderOutput Forward(ForwardContext context, RaggedBatch batch)
    {
        RequireNumbering(batch);
        EncoderOutput output = _encoder.Forward(context, _embeddings.Forward(context, batch), batch);
        return output with { PooledOutput = _pooler?.Forward(context, output.LastHiddenState, batch) };
    }

    public override SentenceDecoder CreateDecoder(ulong seed) => BertSentenceDecoder.Create(config, _embeddings.Words, _embeddings.Forward, _encoder, seed);
}

/// <summary>
/// The decoder of TSDAE (Wang et al. 2021, https://arxiv.org/abs/2104.06979, section 3): the encoder's embeddings and layers read from left to right, with new attention to
/// the one vector of the text, and new predictions over the encoder's word embeddings. Weight paths are those of transformers' <c>BertLMHeadModel</c>.
/// </summary>
internal sealed class BertSentenceDecoder : SentenceDecoder
{
    private readonly Func<ForwardContext, RaggedBatch, Tensor> _embed;
    private readonly IReadOnlyList<BertLayer> _layers;
    private readonly BertCrossAttention[] _crossAttentions;
    private readonly VocabularyHead _predictions;

    private BertSentenceDecoder(BertConfig config, Embedding words, Func<ForwardContext, RaggedBatch, Tensor> embed, BertEncoder encoder, Weights weights)
        : base(weights)
    {
        (_embed, _layers) = (embed, encoder.Layers);
        _crossAttentions = [.. _layers.Select((_, layer) => new BertCrossAttention(config, weights.Sub("bert.encoder.layer", layer).Sub("crossattention")))];
        _predictions = BertPredictions.Load(config, weights.Sub("cls.predictions"), words, isTied: true);
    }

    public static BertSentenceDecoder Create(BertConfig config, Embedding words, Func<ForwardContext, RaggedBatch, Tensor> embed, BertEncoder encoder, ulong seed) =>
        new(config, words, embed, encoder, new Weights(new RandomWeights(seed, config.InitializerRange), trainable: true));

    public override Tensor Forward(ForwardContext context, RaggedBatch batch, Tensor sentences)
    {
        using ForwardScope scope = context.Scope();
        RaggedBatch one = new();
        for (int text = 0; text < batch.SequenceCount; text++)
        {
            one.Add([0]); // one state for each text; what its id is does not matter
        }

        Tensor hidden = _embed(context, batch);
        for (int layer = 0; layer < _layers.Count; layer++)
        {
            hidden = _layers[layer].Decode(context, hidden, batch, _crossAttentions[layer], sentences, one);
        }

        return scope.Keep(_predictions.Forward(context, hidden));
    }
}

/// <summary>Scores of the vocabulary: dense, activation and norm, then the word embeddings as decoder (section 3.1, task 1).</summary>
internal static class BertPredictions
{
    public static VocabularyHead Load(BertConfig config, Weights weights, Embedding words, bool? isTied = null) => new(
        new Linear(weights.Sub("transform.dense"), config.HiddenSize, config.HiddenSize),
        config.HiddenActivation,
        new LayerNorm(weights.Sub("transform.LayerNorm"), config.HiddenSize, config.LayerNormEpsilon),
        VocabularyHead.Decoder(words, isTied ?? config.TiesWordEmbeddings, weights.Sub("decoder"), head: weights));
}

/// <summary>Fills in masked tokens.</summary>
internal sealed class BertForMaskedLM : MaskedLanguageModel
{
    private readonly VocabularyHead _predictions;

    public BertForMaskedLM(BertConfig config, Weights weights)
        : base(config, weights, new BertModel(config, weights.Sub("bert"), hasPooler: false)) =>
        _predictions = BertPredictions.Load(config, weights.Sub("cls.predictions"), Backbone.WordEmbeddings);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _predictions.Forward(context, encoder.LastHiddenState);
}

/// <summary>Continues a text; its configuration says <c>is_decoder</c>.</summary>
internal sealed class BertLMHeadModel : CausalLanguageModel
{
    private readonly VocabularyHead _predictions;

    public BertLMHeadModel(BertConfig config, Weights weights)
        : base(config, weights, new BertModel(config, weights.Sub("bert"), hasPooler: false)) =>
        _predictions = BertPredictions.Load(config, weights.Sub("cls.predictions"), Backbone.WordEmbeddings);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _predictions.Forward(context, encoder.LastHiddenState);
}

/// <summary>Says whether one text follows another (section 3.1, task 2).</summary>
internal sealed class BertForNextSentencePrediction(BertConfig config, Weights weights)
    : NextSentenceModel(config, weights, new BertModel(config, weights.Sub("bert"), hasPooler: true))
{
    private readonly Classifier _relationship = new(weights.Sub("cls.seq_relationship"), config.HiddenSize, classCount: 2);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _relationship.Forward(context, encoder.PooledOutput!);
}

/// <summary>Both heads of pre-training (section 3.1).</summary>
internal sealed class BertForPreTraining : PreTrainingModel
{
    private readonly VocabularyHead _predictions;
    private readonly Classifier _relationship;

    public BertForPreTraining(BertConfig config, Weights weights)
        : base(config, weights, new BertModel(config, weights.Sub("bert"), hasPooler: true))
    {
        _predictions = BertPredictions.Load(config, weights.Sub("cls.predictions"), Backbone.WordEmbeddings);
        _relationship = new Classifier(weights.Sub("cls.seq_relationship"), config.HiddenSize, classCount: 2);
    }

    protected override PreTrainingOutput Score(ForwardContext context, EncoderOutput encoder) =>
        new(_predictions.Forward(context, encoder.LastHiddenState), _relationship.Forward(context, encoder.PooledOutput!), encoder);
}

/// <summary>Classifies texts by the pooled first token (section 4.1).</summary>
internal sealed class BertForSequenceClassification(BertConfig config, Weights weights)
    : SequenceClassificationModel(config, weights, new BertModel(config, weights.Sub("bert"), hasPooler: true))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, config.Labels.Count, config.ClassifierDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.PooledOutput!);
}

/// <summary>Classifies tokens (section 5.3).</summary>
internal sealed class BertForTokenClassification(BertConfig config, Weights weights)
    : TokenClassificationModel(config, weights, new BertModel(config, weights.Sub("bert"), hasPooler: false))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, config.Labels.Count, config.ClassifierDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.LastHiddenState);
}

/// <summary>Finds where an answer starts and ends (section 4.2).</summary>
internal sealed class BertForQuestionAnswering(BertConfig config, Weights weights)
    : QuestionAnsweringModel(config, weights, new BertModel(config, weights.Sub("bert"), hasPooler: false))
{
    private readonly Classifier _outputs = new(weights.Sub("qa_outputs"), config.HiddenSize, classCount: 2);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder) => _outputs.Forward(context, encoder.LastHiddenState);
}

/// <summary>Scores the choices of a question by the pooled first token (section 4.4).</summary>
internal sealed class BertForMultipleChoice(BertConfig config, Weights weights)
    : MultipleChoiceModel(config, weights, new BertModel(config, weights.Sub("bert"), hasPooler: true))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, classCount: 1, config.ClassifierDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.PooledOutput!);
}
