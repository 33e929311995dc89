using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Models.Architectures;

/// <summary>MPNet: Song et al. 2020, "MPNet: Masked and Permuted Pre-training for Language Understanding", https://arxiv.org/abs/2004.09297.</summary>
/// <remarks>
/// BERT without token types, with positions that begin after the padding id and a bias on attention scores by the distance of two tokens, one table for
/// all layers. Weight paths are those of transformers' <c>MPNet…</c> classes.
/// </remarks>
internal static class MPNet
{
    public static Architecture Architecture { get; } =
        new Architecture<MPNetConfig>("mpnet", "mpnet.", ["lm_head.", "classifier.", "qa_outputs.", "mpnet.pooler."], json => new MPNetConfig(json))
            .With<EncoderModel>((config, weights) => new MPNetModel(config, weights.Sub("mpnet"), weights.Contains("mpnet.pooler.dense.weight")))
            .With<MaskedLanguageModel>((config, weights) => new MPNetForMaskedLM(config, weights))
            .With<SequenceClassificationModel>((config, weights) => new MPNetForSequenceClassification(config, weights))
            .With<TokenClassificationModel>((config, weights) => new MPNetForTokenClassification(config, weights))
            .With<QuestionAnsweringModel>((config, weights) => new MPNetForQuestionAnswering(config, weights))
            .With<MultipleChoiceModel>((config, weights) => new MPNetForMultipleChoice(config, weights));
}

/// <summary><c>config.json</c> of MPNet; defaults are those of transformers' <c>MPNetConfig</c>.</summary>
public sealed class MPNetConfig : ModelConfig
{
    /// <summary>The padding token; the reference does not let configurations change it. Positions begin after it.</summary>
    internal const int PaddingId = 1;

    internal MPNetConfig(ConfigReader json)
        : base(json)
    {
        VocabularySize = json.Integer("vocab_size", 30527, minimum: PaddingId + 1);
        HiddenSize = json.Integer("hidden_size", 768);
        LayerCount = json.Integer("num_hidden_layers", 12, minimum: 0);
        HeadCount = json.Integer("num_attention_heads", 12);
        IntermediateSize = json.Integer("intermediate_size", 3072);
        HiddenActivation = json.Activation("hidden_act", Activation.Gelu);
        HiddenDropout = json.Probability("hidden_dropout_prob", 0.1);
        AttentionDropout = json.Probability("attention_probs_dropout_prob", 0.1);
        PositionCount = json.Integer("max_position_embeddings", 512, minimum: PaddingId + 2);
        InitializerRange = json.Number("initializer_range", 0.02);
        LayerNormEpsilon = (float)json.Number("layer_norm_eps", 1e-12);
        RelativeBucketCount = json.Integer("relative_attention_num_buckets", 32, minimum: 4);
        TiesWordEmbeddings = json.Flag("tie_word_embeddings", true);
        json.MustBe("pad_token_id", "1");

        if (HiddenSize % HeadCount != 0)
        {
            throw json.Refuse("num_attention_heads", $"a divisor of hidden_size, which is {HiddenSize}");
        }

        if (RelativeBucketCount > RelativePositionBias.LargestBucketCount)
        {
            throw json.Refuse("relative_attention_num_buckets", $"a whole number up to {RelativePositionBias.LargestBucketCount}");
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

    /// <summary>Dropout of embeddings, of layers and before classifiers, in training.</summary>
    public float HiddenDropout { get; }

    /// <summary>Dropout of attention probabilities, in training.</summary>
    public float AttentionDropout { get; }

    /// <summary>Rows of the table of position embeddings.</summary>
    public int PositionCount { get; }

    /// <inheritdoc/>
    public override int MaxTokenCount => PositionCount - PaddingId - 1;

    /// <inheritdoc/>
    public override double InitializerRange { get; }

    /// <summary>ε of every LayerNorm.</summary>
    public float LayerNormEpsilon { get; }

    /// <summary>How many classes of distance between two tokens there are.</summary>
    public int RelativeBucketCount { get; }

    /// <summary>Whether the decoder of a language model shares the word embeddings.</summary>
    public bool TiesWordEmbeddings { get; }
}

/// <summary>Sum of word and position embeddings, normalised.</summary>
internal sealed class MPNetEmbeddings(MPNetConfig config, Weights weights)
{
    private readonly Embedding _positions = new(weights.Sub("position_embeddings"), config.PositionCount, config.HiddenSize, MPNetConfig.PaddingId);
    private readonly LayerNorm _norm = new(weights.Sub("LayerNorm"), config.HiddenSize, config.LayerNormEpsilon);

    public Embedding Words { get; } = new(weights.Sub("word_embeddings"), config.VocabularySize, config.HiddenSize, MPNetConfig.PaddingId);

    public Tensor Forward(ForwardContext context, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope();
        Tensor sum = Words.Forward(context, batch.InputIds);
        _positions.AddTo(context, batch.PositionIds, sum);
        return scope.Keep(context.Dropout(_norm.Forward(context, sum), config.HiddenDropout));
    }
}

/// <summary>One transformer layer: attention with a bias by distance, then the feed-forward part, each with residual and norm.</summary>
internal sealed class MPNetLayer(MPNetConfig config, Weights weights)
{
    private readonly Linear _queryKeyValue = Linear.Fused(
        [weights.Sub("attention.attn.q"), weights.Sub("attention.attn.k"), weights.Sub("attention.attn.v")], config.HiddenSize, config.HiddenSize);
    private readonly Linear _attentionOutput = new(weights.Sub("attention.attn.o"), config.HiddenSize, config.HiddenSize);
    private readonly LayerNorm _attentionNorm = new(weights.Sub("attention.LayerNorm"), config.HiddenSize, config.LayerNormEpsilon);
    private readonly Linear _intermediate = new(weights.Sub("intermediate.dense"), config.HiddenSize, config.IntermediateSize);
    private readonly Linear _output = new(weights.Sub("output.dense"), config.IntermediateSize, config.HiddenSize);
    private readonly LayerNorm _outputNorm = new(weights.Sub("output.LayerNorm"), config.HiddenSize, config.LayerNormEpsilon);
    private readonly AttentionOptions _options = new()
    {
        HeadCount = config.HeadCount,
        HeadSize = config.HiddenSize / config.HeadCount,
        Dropout = config.AttentionDropout,
    };

    public LayerOutput Forward(ForwardContext context, Tensor hidden, RaggedBatch batch, Tensor distanceBias)
    {
        using ForwardScope scope = context.Scope();
        (Tensor attended, Tensor? probabilities) = Attend(context, hidden, batch, distanceBias);
        Tensor intermediate = _intermediate.Forward(context, attended, config.HiddenActivation);
        Tensor output = _output.Forward(context, intermediate, residual: attended, dropout: config.HiddenDropout);
        return new LayerOutput(scope.Keep(_outputNorm.Forward(context, output)), scope.Keep(probabilities));
    }

    private LayerOutput Attend(ForwardContext context, Tensor hidden, RaggedBatch batch, Tensor distanceBias)
    {
        using ForwardScope scope = context.Scope(); // its memory is the feed-forward part's next
        AttentionResult attention = context.SelfAttention(_queryKeyValue.Forward(context, hidden), batch, _options, distanceBias);
        Tensor projected = _attentionOutput.Forward(context, attention.Context, residual: hidden, dropout: config.HiddenDropout);
        return new LayerOutput(scope.Keep(_attentionNorm.Forward(context, projected)), scope.Keep(attention.Probabilities));
    }
}

/// <summary>Embeddings and layers; with a pooler also a vector for every text.</summary>
internal sealed class MPNetModel(MPNetConfig config, Weights weights, bool hasPooler) : EncoderModel(config, weights)
{
    private readonly MPNetEmbeddings _embeddings = new(config, weights.Sub("embeddings"));
    private readonly RelativePositionBias _distanceBias = new(weights.Sub("encoder.relative_attention_bias"), config.RelativeBucketCount, config.HeadCount);
    private readonly MPNetLayer[] _layers =
        [.. Enumerable.Range(0, config.LayerCount).Select(layer => new MPNetLayer(config, weights.Sub("encoder.layer", layer)))];
    private readonly FirstTokenPooler? _pooler = hasPooler ? new FirstTokenPooler(weights.Sub("pooler.dense"), config.HiddenSize) : null;

    public override Embedding WordEmbeddings => _embeddings.Words;

    public override PositionNumbering Numbering { get; } = PositionNumbering.AfterPadding(MPNetConfig.PaddingId);

    public override EncoderOutput Forward(ForwardContext context, RaggedBatch batch)
    {
        RequireNumbering(batch);
        Tensor hidden = _embeddings.Forward(context, batch);
        Tensor distanceBias = _distanceBias.Forward(context);
        LayerTrace trace = new(context, hidden);
        foreach (MPNetLayer layer in _layers)
        {
            hidden = trace.Next(hidden, new BiasedLayer(layer, distanceBias), batch);
        }

        return new EncoderOutput(hidden, _pooler?.Forward(context, hidden, batch), trace.HiddenStates, trace.Attentions);
    }

    private readonly record struct BiasedLayer(MPNetLayer Layer, Tensor DistanceBias) : ITransformerLayer
    {
        public LayerOutput Forward(ForwardContext context, Tensor hidden, RaggedBatch batch) => Layer.Forward(context, hidden, batch, DistanceBias);
    }
}

/// <summary>Fills in masked tokens.</summary>
internal sealed class MPNetForMaskedLM : MaskedLanguageModel
{
    private readonly VocabularyHead _predictions;

    public MPNetForMaskedLM(MPNetConfig config, Weights weights)
        : base(config, weights, new MPNetModel(config, weights.Sub("mpnet"), hasPooler: false))
    {
        Weights head = weights.Sub("lm_head");
        _predictions = new VocabularyHead(
            new Linear(head.Sub("dense"), config.HiddenSize, config.HiddenSize),
            Activation.Gelu,
            new LayerNorm(head.Sub("layer_norm"), config.HiddenSize, config.LayerNormEpsilon),
            VocabularyHead.Decoder(Backbone.WordEmbeddings, config.TiesWordEmbeddings, head.Sub("decoder"), head));
    }

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _predictions.Forward(context, encoder.LastHiddenState);
}

/// <summary>Classifies texts by two layers over the first token; there is no pooler.</summary>
internal sealed class MPNetForSequenceClassification(MPNetConfig config, Weights weights)
    : SequenceClassificationModel(config, weights, new MPNetModel(config, weights.Sub("mpnet"), hasPooler: false))
{
    private readonly FirstTokenClassifier _classifier = new(
        weights.Sub("classifier"), config.HiddenSize, config.Labels.Count, Activation.Tanh, config.HiddenDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.LastHiddenState, batch);
}

/// <summary>Classifies tokens.</summary>
internal sealed class MPNetForTokenClassification(MPNetConfig config, Weights weights)
    : TokenClassificationModel(config, weights, new MPNetModel(config, weights.Sub("mpnet"), hasPooler: false))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, config.Labels.Count, config.HiddenDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.LastHiddenState);
}

/// <summary>Finds where an answer starts and ends.</summary>
internal sealed class MPNetForQuestionAnswering(MPNetConfig config, Weights weights)
    : QuestionAnsweringModel(config, weights, new MPNetModel(config, weights.Sub("mpnet"), hasPooler: false))
{
    private readonly Classifier _outputs = new(weights.Sub("qa_outputs"), config.HiddenSize, classCount: 2);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder) => _outputs.Forward(context, encoder.LastHiddenState);
}

/// <summary>Scores the choices of a question by the pooled first token.</summary>
internal sealed class MPNetForMultipleChoice(MPNetConfig config, Weights weights)
    : MultipleChoiceModel(config, weights, new MPNetModel(config, weights.Sub("mpnet"), hasPooler: true))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, classCount: 1, config.HiddenDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.PooledOutput!);
}
