using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Models.Architectures;

/// <summary>DistilBERT: Sanh et al. 2019, "DistilBERT, a distilled version of BERT: smaller, faster, cheaper and lighter", https://arxiv.org/abs/1910.01108.</summary>
/// <remarks>BERT with half the layers, without token types and without pooler. Weight paths are those of transformers' <c>DistilBert…</c> classes.</remarks>
internal static class DistilBert
{
    public static Architecture Architecture { get; } =
        new Architecture<DistilBertConfig>(
            "distilbert", "distilbert.", ["vocab_transform.", "vocab_layer_norm.", "vocab_projector.", "pre_classifier.", "classifier.", "qa_outputs."],
            json => new DistilBertConfig(json))
            .With<EncoderModel>((config, weights) => new DistilBertModel(config, weights.Sub("distilbert")))
            .With<MaskedLanguageModel>((config, weights) => new DistilBertForMaskedLM(config, weights))
            .With<SequenceClassificationModel>((config, weights) => new DistilBertForSequenceClassification(config, weights))
            .With<TokenClassificationModel>((config, weights) => new DistilBertForTokenClassification(config, weights))
            .With<QuestionAnsweringModel>((config, weights) => new DistilBertForQuestionAnswering(config, weights))
            .With<MultipleChoiceModel>((config, weights) => new DistilBertForMultipleChoice(config, weights));
}

/// <summary><c>config.json</c> of DistilBERT; defaults are those of distilbert-base-uncased.</summary>
public sealed class DistilBertConfig : ModelConfig
{
    internal DistilBertConfig(ConfigReader json)
        : base(json)
    {
        VocabularySize = json.Integer("vocab_size", 30522);
        HiddenSize = json.Integer("dim", 768);
        LayerCount = json.Integer("n_layers", 6, minimum: 0);
        HeadCount = json.Integer("n_heads", 12);
        IntermediateSize = json.Integer("hidden_dim", 3072);
        HiddenActivation = json.Activation("activation", Activation.Gelu);
        HiddenDropout = json.Probability("dropout", 0.1);
        AttentionDropout = json.Probability("attention_dropout", 0.1);
        QuestionAnsweringDropout = json.Probability("qa_dropout", 0.1);
        ClassifierDropout = json.Probability("seq_classif_dropout", 0.2);
        MaxTokenCount = json.Integer("max_position_embeddings", 512);
        InitializerRange = json.Number("initializer_range", 0.02);
        PaddingId = json.OptionalInteger("pad_token_id") ?? 0;
        TiesWordEmbeddings = json.Flag("tie_word_embeddings", true);

        // The first says how the position table began; it is stored in any case. The second is written by the original checkpoints; nothing reads it.
        json.Ignore("sinusoidal_pos_embds", "tie_weights_");

        if (HiddenSize % HeadCount != 0)
        {
            throw json.Refuse("n_heads", $"a divisor of dim, which is {HiddenSize}");
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

    /// <summary>Between the two linear layers of the feed-forward part, and in the head of the masked language model.</summary>
    public Activation HiddenActivation { get; }

    /// <summary>Dropout of embeddings and of layers, in training.</summary>
    public float HiddenDropout { get; }

    /// <summary>Dropout of attention probabilities, in training.</summary>
    public float AttentionDropout { get; }

    /// <summary>Dropout before the scores of answers, in training.</summary>
    public float QuestionAnsweringDropout { get; }

    /// <summary>Dropout before the scores of texts, in training.</summary>
    public float ClassifierDropout { get; }

    /// <inheritdoc/>
    public override int MaxTokenCount { get; }

    /// <inheritdoc/>
    public override double InitializerRange { get; }

    /// <summary>The padding token; its embedding is not trained.</summary>
    public int PaddingId { get; }

    /// <summary>Whether the decoder of a language model shares the word embeddings.</summary>
    public bool TiesWordEmbeddings { get; }

    /// <summary>ε of every LayerNorm; not configurable.</summary>
    internal const float LayerNormEpsilon = 1e-12f;
}

/// <summary>Sum of word and position embeddings, normalised.</summary>
internal sealed class DistilBertEmbeddings(DistilBertConfig config, Weights weights)
{
    private readonly Embedding _positions = new(weights.Sub("position_embeddings"), config.MaxTokenCount, config.HiddenSize);
    private readonly LayerNorm _norm = new(weights.Sub("LayerNorm"), config.HiddenSize, DistilBertConfig.LayerNormEpsilon);

    public Embedding Words { get; } = new(weights.Sub("word_embeddings"), config.VocabularySize, config.HiddenSize, config.PaddingId);

    public Tensor Forward(ForwardContext context, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope();
        Tensor sum = Words.Forward(context, batch.InputIds);
        _positions.AddTo(context, batch.PositionIds, sum);
        return scope.Keep(context.Dropout(_norm.Forward(context, sum), config.HiddenDropout));
    }
}

/// <summary>One transformer layer: attention, then the feed-forward part, each with residual and norm.</summary>
internal sealed class DistilBertLayer(DistilBertConfig config, Weights weights) : ITransformerLayer
{
    private readonly Linear _queryKeyValue = Linear.Fused(
        [weights.Sub("attention.q_lin"), weights.Sub("attention.k_lin"), weights.Sub("attention.v_lin")], config.HiddenSize, config.HiddenSize);
    private readonly Linear _attentionOutput = new(weights.Sub("attention.out_lin"), config.HiddenSize, config.HiddenSize);
    private readonly LayerNorm _attentionNorm = new(weights.Sub("sa_layer_norm"), config.HiddenSize, DistilBertConfig.LayerNormEpsilon);
    private readonly Linear _intermediate = new(weights.Sub("ffn.lin1"), config.HiddenSize, config.IntermediateSize);
    private readonly Linear _output = new(weights.Sub("ffn.lin2"), config.IntermediateSize, config.HiddenSize);
    private readonly LayerNorm _outputNorm = new(weights.Sub("output_layer_norm"), config.HiddenSize, DistilBertConfig.LayerNormEpsilon);
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
        Tensor output = _output.Forward(context, intermediate, residual: attended, dropout: config.HiddenDropout);
        return new LayerOutput(scope.Keep(_outputNorm.Forward(context, output)), scope.Keep(probabilities));
    }

    private LayerOutput Attend(ForwardContext context, Tensor hidden, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope(); // its memory is the feed-forward part's next
        AttentionResult attention = context.SelfAttention(_queryKeyValue.Forward(context, hidden), batch, _options);
        Tensor projected = _attentionOutput.Forward(context, attention.Context, residual: hidden); // no dropout here
        return new LayerOutput(scope.Keep(_attentionNorm.Forward(context, projected)), scope.Keep(attention.Probabilities));
    }
}

/// <summary>Embeddings and layers.</summary>
internal sealed class DistilBertModel(DistilBertConfig config, Weights weights) : EncoderModel(config, weights)
{
    private readonly DistilBertEmbeddings _embeddings = new(config, weights.Sub("embeddings"));
    private readonly DistilBertLayer[] _layers =
        [.. Enumerable.Range(0, config.LayerCount).Select(layer => new DistilBertLayer(config, weights.Sub("transformer.layer", layer)))];

    public override Embedding WordEmbeddings => _embeddings.Words;

    public override EncoderOutput Forward(ForwardContext context, RaggedBatch batch)
    {
        RequireNumbering(batch);
        Tensor hidden = _embeddings.Forward(context, batch);
        LayerTrace trace = new(context, hidden);
        foreach (DistilBertLayer layer in _layers)
        {
            hidden = trace.Next(hidden, layer, batch);
        }

        return new EncoderOutput(hidden, PooledOutput: null, trace.HiddenStates, trace.Attentions);
    }
}

/// <summary>Fills in masked tokens.</summary>
internal sealed class DistilBertForMaskedLM : MaskedLanguageModel
{
    private readonly VocabularyHead _predictions;

    public DistilBertForMaskedLM(DistilBertConfig config, Weights weights)
        : base(config, weights, new DistilBertModel(config, weights.Sub("distilbert"))) =>
        _predictions = new VocabularyHead(
            new Linear(weights.Sub("vocab_transform"), config.HiddenSize, config.HiddenSize),
            config.HiddenActivation,
            new LayerNorm(weights.Sub("vocab_layer_norm"), config.HiddenSize, DistilBertConfig.LayerNormEpsilon),
            VocabularyHead.Decoder(Backbone.WordEmbeddings, config.TiesWordEmbeddings, weights.Sub("vocab_projector")));

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _predictions.Forward(context, encoder.LastHiddenState);
}

/// <summary>Scores of texts: <c>classifier(relu(pre_classifier(first token)))</c>.</summary>
internal sealed class DistilBertTextScores(DistilBertConfig config, Weights weights, int classCount)
{
    private readonly Linear _dense = new(weights.Sub("pre_classifier"), config.HiddenSize, config.HiddenSize);
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, classCount, config.ClassifierDropout);

    public Tensor Forward(ForwardContext context, Tensor hidden, RaggedBatch batch) =>
        _classifier.Forward(context, _dense.Forward(context, context.FirstTokens(hidden, batch), Activation.Relu));
}

/// <summary>Classifies texts by the first token.</summary>
internal sealed class DistilBertForSequenceClassification(DistilBertConfig config, Weights weights)
    : SequenceClassificationModel(config, weights, new DistilBertModel(config, weights.Sub("distilbert")))
{
    private readonly DistilBertTextScores _scores = new(config, weights, config.Labels.Count);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _scores.Forward(context, encoder.LastHiddenState, batch);
}

/// <summary>Classifies tokens.</summary>
internal sealed class DistilBertForTokenClassification(DistilBertConfig config, Weights weights)
    : TokenClassificationModel(config, weights, new DistilBertModel(config, weights.Sub("distilbert")))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, config.Labels.Count, config.HiddenDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.LastHiddenState);
}

/// <summary>Finds where an answer starts and ends.</summary>
internal sealed class DistilBertForQuestionAnswering(DistilBertConfig config, Weights weights)
    : QuestionAnsweringModel(config, weights, new DistilBertModel(config, weights.Sub("distilbert")))
{
    private readonly Classifier _outputs = new(weights.Sub("qa_outputs"), config.HiddenSize, classCount: 2, config.QuestionAnsweringDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder) => _outputs.Forward(context, encoder.LastHiddenState);
}

/// <summary>Scores the choices of a question by the first token.</summary>
internal sealed class DistilBertForMultipleChoice(DistilBertConfig config, Weights weights)
    : MultipleChoiceModel(config, weights, new DistilBertModel(config, weights.Sub("distilbert")))
{
    private readonly DistilBertTextScores _scores = new(config, weights, classCount: 1);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _scores.Forward(context, encoder.LastHiddenState, batch);
}
