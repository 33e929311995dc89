using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Models.Architectures;

/// <summary>ALBERT: Lan et al. 2019, "ALBERT: A Lite BERT for Self-supervised Learning of Language Representations", https://arxiv.org/abs/1909.11942.</summary>
/// <remarks>
/// BERT with few weights: narrow embeddings that are projected up (section 3.1), and layers that are run many times. Weight paths are those of
/// transformers' <c>Albert…</c> classes.
/// </remarks>
internal static class Albert
{
    public static Architecture Architecture { get; } =
        new Architecture<AlbertConfig>(
            "albert", "albert.", ["predictions.", "sop_classifier.", "classifier.", "qa_outputs.", "albert.pooler."], json => new AlbertConfig(json))
            .With<EncoderModel>((config, weights) => new AlbertModel(config, weights.Sub("albert"), weights.Contains("albert.pooler.weight")))
            .With<PreTrainingModel>((config, weights) => new AlbertForPreTraining(config, weights))
            .With<MaskedLanguageModel>((config, weights) => new AlbertForMaskedLM(config, weights))
            .With<SequenceClassificationModel>((config, weights) => new AlbertForSequenceClassification(config, weights))
            .With<TokenClassificationModel>((config, weights) => new AlbertForTokenClassification(config, weights))
            .With<QuestionAnsweringModel>((config, weights) => new AlbertForQuestionAnswering(config, weights))
            .With<MultipleChoiceModel>((config, weights) => new AlbertForMultipleChoice(config, weights));
}

/// <summary><c>config.json</c> of ALBERT; defaults are those of transformers' <c>AlbertConfig</c> (albert-xxlarge).</summary>
public sealed class AlbertConfig : ModelConfig
{
    internal AlbertConfig(ConfigReader json)
        : base(json)
    {
        VocabularySize = json.Integer("vocab_size", 30000);
        EmbeddingSize = json.Integer("embedding_size", 128);
        HiddenSize = json.Integer("hidden_size", 4096);
        LayerCount = json.Integer("num_hidden_layers", 12, minimum: 0);
        GroupCount = json.Integer("num_hidden_groups", 1);
        LayersPerGroup = json.Integer("inner_group_num", 1);
        HeadCount = json.Integer("num_attention_heads", 64);
        IntermediateSize = json.Integer("intermediate_size", 16384);
        HiddenActivation = json.Activation("hidden_act", Activation.GeluTanh);
        HiddenDropout = json.Probability("hidden_dropout_prob", 0);
        AttentionDropout = json.Probability("attention_probs_dropout_prob", 0);
        ClassifierDropout = json.Probability("classifier_dropout_prob", 0.1);
        MaxTokenCount = json.Integer("max_position_embeddings", 512);
        TokenTypeCount = json.Integer("type_vocab_size", 2);
        InitializerRange = json.Number("initializer_range", 0.02);
        LayerNormEpsilon = (float)json.Number("layer_norm_eps", 1e-12);
        PaddingId = json.OptionalInteger("pad_token_id") ?? 0;
        TiesWordEmbeddings = json.Flag("tie_word_embeddings", true);
        json.MustBe("position_embedding_type", "\"absolute\"");

        // Written by the original checkpoints; nothing reads them.
        json.Ignore("down_scale_factor", "gap_size", "layers_to_keep", "net_structure_type", "num_memory_blocks");

        if (HiddenSize % HeadCount != 0)
        {
            throw json.Refuse("num_attention_heads", $"a divisor of hidden_size, which is {HiddenSize}");
        }

        if (GroupCount > Math.Max(LayerCount, 1))
        {
            throw json.Refuse("num_hidden_groups", $"at most num_hidden_layers, which is {LayerCount}");
        }

        if (PaddingId >= VocabularySize)
        {
            throw json.Refuse("pad_token_id", $"an id below vocab_size, which is {VocabularySize}");
        }
    }

    /// <summary>Pieces of the vocabulary.</summary>
    public int VocabularySize { get; }

    /// <summary>Floats of an embedding; projected to <see cref="HiddenSize"/>.</summary>
    public int EmbeddingSize { get; }

    /// <inheritdoc/>
    public override int HiddenSize { get; }

    /// <summary>How often a group of layers is run, all groups together.</summary>
    public int LayerCount { get; }

    /// <summary>Groups of layers; the runs are divided among them in order.</summary>
    public int GroupCount { get; }

    /// <summary>Layers of a group, each with weights of its own.</summary>
    public int LayersPerGroup { get; }

    /// <summary>Attention heads of a layer.</summary>
    public int HeadCount { get; }

    /// <summary>Floats between the two linear layers of the feed-forward part.</summary>
    public int IntermediateSize { get; }

    /// <summary>Between the two linear layers of the feed-forward part, and in the head of the masked language model.</summary>
    public Activation HiddenActivation { get; }

    /// <summary>Dropout of embeddings and of attention's output, in training.</summary>
    public float HiddenDropout { get; }

    /// <summary>Dropout of attention probabilities, in training.</summary>
    public float AttentionDropout { get; }

    /// <summary>Dropout before a classifier, in training.</summary>
    public float ClassifierDropout { get; }

    /// <inheritdoc/>
    public override int MaxTokenCount { get; }

    /// <summary>Token types: 2 for pairs of texts.</summary>
    public int TokenTypeCount { get; }

    /// <inheritdoc/>
    public override double InitializerRange { get; }

    /// <summary>ε of every LayerNorm.</summary>
    public float LayerNormEpsilon { get; }

    /// <summary>The padding token; its embedding is not trained.</summary>
    public int PaddingId { get; }

    /// <summary>Whether the decoder of a language model shares the word embeddings.</summary>
    public bool TiesWordEmbeddings { get; }
}

/// <summary>Sum of word, token type and position embeddings, normalised, in their own width.</summary>
internal sealed class AlbertEmbeddings(AlbertConfig config, Weights weights)
{
    private readonly Embedding _positions = new(weights.Sub("position_embeddings"), config.MaxTokenCount, config.EmbeddingSize);
    private readonly Embedding _tokenTypes = new(weights.Sub("token_type_embeddings"), config.TokenTypeCount, config.EmbeddingSize);
    private readonly LayerNorm _norm = new(weights.Sub("LayerNorm"), config.EmbeddingSize, config.LayerNormEpsilon);

    public Embedding Words { get; } = new(weights.Sub("word_embeddings"), config.VocabularySize, config.EmbeddingSize, config.PaddingId);

    public Tensor Forward(ForwardContext context, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope();
        Tensor sum = Words.Forward(context, batch.InputIds);
        _tokenTypes.AddTo(context, batch.TokenTypeIds, sum);
        _positions.AddTo(context, batch.PositionIds, sum);
        return scope.Keep(context.Dropout(_norm.Forward(context, sum), config.HiddenDropout));
    }
}

/// <summary>One transformer layer: attention, then the feed-forward part, each with residual and norm.</summary>
internal sealed class AlbertLayer(AlbertConfig config, Weights weights) : ITransformerLayer
{
    private readonly Linear _queryKeyValue = Linear.Fused(
        [weights.Sub("attention.query"), weights.Sub("attention.key"), weights.Sub("attention.value")], config.HiddenSize, config.HiddenSize);
    private readonly Linear _attentionOutput = new(weights.Sub("attention.dense"), config.HiddenSize, config.HiddenSize);
    private readonly LayerNorm _attentionNorm = new(weights.Sub("attention.LayerNorm"), config.HiddenSize, config.LayerNormEpsilon);
    private readonly Linear _intermediate = new(weights.Sub("ffn"), config.HiddenSize, config.IntermediateSize);
    private readonly Linear _output = new(weights.Sub("ffn_output"), config.IntermediateSize, config.HiddenSize);
    private readonly LayerNorm _outputNorm = new(weights.Sub("full_layer_layer_norm"), config.HiddenSize, config.LayerNormEpsilon);
    private readonly AttentionOptions _options = new()
    {
        HeadCount = config.HeadCount,
        HeadSize = config.HiddenSize / config.HeadCount,
        Dropout = config.AttentionDropout,
    };

    public LayerOutput Forward(ForwardContext context, Tensor hidden, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope();
        (Tensor attended, Tensor? probabilities) = Attend(context, hidden, batch);
        Tensor intermediate = _intermediate.Forward(context, attended, config.HiddenActivation);
        Tensor output = _output.Forward(context, intermediate, residual: attended); // no dropout here
        return new LayerOutput(scope.Keep(_outputNorm.Forward(context, output)), scope.Keep(probabilities));
    }

    private LayerOutput Attend(ForwardContext context, Tensor hidden, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope(); // its memory is the feed-forward part's next
        AttentionResult attention = context.SelfAttention(_queryKeyValue.Forward(context, hidden), batch, _options);
        Tensor projected = _attentionOutput.Forward(context, attention.Context, residual: hidden, dropout: config.HiddenDropout);
        return new LayerOutput(scope.Keep(_attentionNorm.Forward(context, projected)), scope.Keep(attention.Probabilities));
    }
}

/// <summary>Embeddings projected to the layers' width, and layers that share their weights; with a pooler also a vector for every text.</summary>
internal sealed class AlbertModel(AlbertConfig config, Weights weights, bool hasPooler) : EncoderModel(config, weights)
{
    private readonly AlbertEmbeddings _embeddings = new(config, weights.Sub("embeddings"));
    private readonly Linear _projection = new(weights.Sub("encoder.embedding_hidden_mapping_in"), config.EmbeddingSize, config.HiddenSize);
    private readonly AlbertLayer[][] _groups =
        [.. Enumerable.Range(0, config.GroupCount).Select(group => Group(config, weights.Sub("encoder.albert_layer_groups", group)))];
    private readonly FirstTokenPooler? _pooler = hasPooler ? new FirstTokenPooler(weights.Sub("pooler"), config.HiddenSize) : null;

    public override Embedding WordEmbeddings => _embeddings.Words;

    public override EncoderOutput Forward(ForwardContext context, RaggedBatch batch)
    {
        RequireNumbering(batch);
        Tensor hidden = Embed(context, batch);
        LayerTrace trace = new(context, hidden);
        for (int run = 0; run < config.LayerCount; run++)
        {
            // 12 runs of 3 groups: 4 times the first, 4 times the second, 4 times the third.
            foreach (AlbertLayer layer in _groups[(int)((long)run * config.GroupCount / config.LayerCount)])
            {
                hidden = trace.Next(hidden, layer, batch);
            }
        }

        return new EncoderOutput(hidden, _pooler?.Forward(context, hidden, batch), trace.HiddenStates, trace.Attentions);
    }

    private static AlbertLayer[] Group(AlbertConfig config, Weights weights) =>
        [.. Enumerable.Range(0, config.LayersPerGroup).Select(layer => new AlbertLayer(config, weights.Sub("albert_layers", layer)))];

    private Tensor Embed(ForwardContext context, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope();
        return scope.Keep(_projection.Forward(context, _embeddings.Forward(context, batch)));
    }
}

/// <summary>Scores of the vocabulary, computed in the width of the embeddings.</summary>
internal static class AlbertPredictions
{
    public static VocabularyHead Load(AlbertConfig config, Weights weights, Embedding words) => new(
        new Linear(weights.Sub("dense"), config.HiddenSize, config.EmbeddingSize),
        config.HiddenActivation,
        new LayerNorm(weights.Sub("LayerNorm"), config.EmbeddingSize, config.LayerNormEpsilon),
        VocabularyHead.Decoder(words, config.TiesWordEmbeddings, weights.Sub("decoder"), head: weights));
}

/// <summary>Both heads of pre-training: masked tokens, and whether two texts are in their order (section 3.1, sentence-order prediction).</summary>
internal sealed class AlbertForPreTraining : PreTrainingModel
{
    private readonly VocabularyHead _predictions;
    private readonly Classifier _order;

    public AlbertForPreTraining(AlbertConfig config, Weights weights)
        : base(config, weights, new AlbertModel(config, weights.Sub("albert"), hasPooler: true))
    {
        _predictions = AlbertPredictions.Load(config, weights.Sub("predictions"), Backbone.WordEmbeddings);
        _order = new Classifier(weights.Sub("sop_classifier.classifier"), config.HiddenSize, config.Labels.Count, config.ClassifierDropout);
    }

    protected override PreTrainingOutput Score(ForwardContext context, EncoderOutput encoder) =>
        new(_predictions.Forward(context, encoder.LastHiddenState), _order.Forward(context, encoder.PooledOutput!), encoder);
}

/// <summary>Fills in masked tokens.</summary>
internal sealed class AlbertForMaskedLM : MaskedLanguageModel
{
    private readonly VocabularyHead _predictions;

    public AlbertForMaskedLM(AlbertConfig config, Weights weights)
        : base(config, weights, new AlbertModel(config, weights.Sub("albert"), hasPooler: false)) =>
        _predictions = AlbertPredictions.Load(config, weights.Sub("predictions"), Backbone.WordEmbeddings);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _predictions.Forward(context, encoder.LastHiddenState);
}

/// <summary>Classifies texts by the pooled first token.</summary>
internal sealed class AlbertForSequenceClassification(AlbertConfig config, Weights weights)
    : SequenceClassificationModel(config, weights, new AlbertModel(config, weights.Sub("albert"), hasPooler: true))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, config.Labels.Count, config.ClassifierDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.PooledOutput!);
}

/// <summary>Classifies tokens.</summary>
internal sealed class AlbertForTokenClassification(AlbertConfig config, Weights weights)
    : TokenClassificationModel(config, weights, new AlbertModel(config, weights.Sub("albert"), hasPooler: false))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, config.Labels.Count, config.ClassifierDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.LastHiddenState);
}

/// <summary>Finds where an answer starts and ends.</summary>
internal sealed class AlbertForQuestionAnswering(AlbertConfig config, Weights weights)
    : QuestionAnsweringModel(config, weights, new AlbertModel(config, weights.Sub("albert"), hasPooler: false))
{
    private readonly Classifier _outputs = new(weights.Sub("qa_outputs"), config.HiddenSize, classCount: 2);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder) => _outputs.Forward(context, encoder.LastHiddenState);
}

/// <summary>Scores the choices of a question by the pooled first token.</summary>
internal sealed class AlbertForMultipleChoice(AlbertConfig config, Weights weights)
    : MultipleChoiceModel(config, weights, new AlbertModel(config, weights.Sub("albert"), hasPooler: true))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, classCount: 1, config.ClassifierDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.PooledOutput!);
}
