using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Models.Architectures;

/// <summary>
/// BART: Lewis et al. 2019, "BART: Denoising Sequence-to-Sequence Pre-training for Natural Language Generation, Translation, and Comprehension",
/// https://arxiv.org/abs/1910.13461; also KoBART.
/// </summary>
/// <remarks>
/// An encoder that reads a text and a decoder that writes one; norms stand after each part, as in BERT. Both share the word embeddings, which also score the
/// next token. Weight paths are those of transformers' <c>Bart…</c> classes.
/// </remarks>
internal static class Bart
{
    /// <summary>Beginnings of names that a model may leave unread: heads, and copies of the shared word embeddings that older files hold.</summary>
    public static readonly string[] HeadWeights =
    [
        "final_logits_bias", "lm_head.", "classification_head.", "qa_outputs.", "model.encoder.embed_tokens.", "model.decoder.embed_tokens.", "model.decoder.", "model.version",
        "model.encoder.version", "model.final_logits_bias", "model.lm_head.",
    ];

    public static Architecture Architecture { get; } =
        new Architecture<BartConfig>("bart", "model.", HeadWeights, json => new BartConfig(json))
            .With<EncoderModel>((config, weights) => new BartEncoder(config, weights.Sub("model"), Words(config, weights)))
            .With<Seq2SeqModel>((config, weights) => new BartModel(config, weights.Sub("model")))
            .With<Seq2SeqLanguageModel>((config, weights) => new BartForConditionalGeneration(config, weights))
            .With<SequenceClassificationModel>((config, weights) => new BartForSequenceClassification(config, weights))
            .With<QuestionAnsweringModel>((config, weights) => new BartForQuestionAnswering(config, weights));

    public static Embedding Words(BartConfig config, Weights weights) => new(weights.Sub("model.shared"), config.VocabularySize, config.HiddenSize, config.PaddingId);
}

/// <summary><c>config.json</c> of BART; defaults are those of facebook/bart-large.</summary>
public class BartConfig : Seq2SeqConfig
{
    internal BartConfig(ConfigReader json)
        : this(json, vocabularySize: 50265, positionCount: 1024, Activation.Gelu, paddingId: 1, startId: 2, isMarian: false)
    {
    }

    // Marian has the same fields with other defaults.
    private protected BartConfig(ConfigReader json, int vocabularySize, int positionCount, Activation activation, int paddingId, int startId, bool isMarian)
        : base(json, paddingId, startId)
    {
        VocabularySize = json.Integer("vocab_size", vocabularySize);
        HiddenSize = json.Integer("d_model", 1024);
        EncoderLayerCount = json.Integer("encoder_layers", 12, minimum: 0);
        DecoderLayerCount = json.Integer("decoder_layers", 12, minimum: 0);
        EncoderHeadCount = json.Integer("encoder_attention_heads", 16);
        DecoderHeadCount = json.Integer("decoder_attention_heads", 16);
        EncoderIntermediateSize = json.Integer("encoder_ffn_dim", 4096);
        DecoderIntermediateSize = json.Integer("decoder_ffn_dim", 4096);
        PositionCount = json.Integer("max_position_embeddings", positionCount);
        HiddenActivation = json.Activation("activation_function", activation);
        HiddenDropout = json.Probability("dropout", 0.1);
        AttentionDropout = json.Probability("attention_dropout", 0);
        ActivationDropout = json.Probability("activation_dropout", 0);
        ClassifierDropout = json.Probability("classifier_dropout", json.Number("classif_dropout", 0, 0, 1));
        InitializerRange = json.Number("init_std", 0.02);
        ScalesEmbeddings = json.Flag("scale_embedding", false);
        json.MustBe("tie_word_embeddings", "true");
        json.MustBe("is_decoder", "false");
        json.MustBe("add_bias_logits", "false");
        json.MustBe("add_final_layer_norm", "false");
        json.MustBe("normalize_before", "false");
        json.MustBe("normalize_embedding", isMarian ? "false" : "true");
        json.MustBe("static_position_embeddings", isMarian ? "true" : "false");
        foreach (string field in (ReadOnlySpan<string>)["encoder_layerdrop", "decoder_layerdrop"])
        {
            if (json.Number(field, 0) > 0)
            {
                throw json.Refuse(field, "0: layers are never left out");
            }
        }

        // The length that published files repeat, an older name of an option of generation, and who made KoBART.
        json.Ignore("num_hidden_layers", "extra_pos_embeddings", "force_bos_token_to_be_generated", "author", "kobart_version", "normalize_embeddings");
        foreach ((string field, int headCount) in ((string, int)[])[("encoder_attention_heads", EncoderHeadCount), ("decoder_attention_heads", DecoderHeadCount)])
        {
            if (HiddenSize % headCount != 0)
            {
                throw json.Refuse(field, $"a divisor of d_model, which is {HiddenSize}");
            }
        }

        if (PaddingId >= VocabularySize || DecoderStartId >= VocabularySize)
        {
            throw json.Refuse(PaddingId >= VocabularySize ? "pad_token_id" : "decoder_start_token_id", $"a token below vocab_size, which is {VocabularySize}");
        }
    }

    /// <inheritdoc/>
    public override int VocabularySize { get; }

    /// <inheritdoc/>
    public override int HiddenSize { get; }

    /// <summary>Layers of the encoder.</summary>
    public int EncoderLayerCount { get; }

    /// <inheritdoc/>
    public override int DecoderLayerCount { get; }

    /// <summary>Attention heads of a layer of the encoder.</summary>
    public int EncoderHeadCount { get; }

    /// <summary>Attention heads of a layer of the decoder.</summary>
    public int DecoderHeadCount { get; }

    /// <summary>Floats between the two linear layers of the encoder's feed-forward part.</summary>
    public int EncoderIntermediateSize { get; }

    /// <summary>Floats between the two linear layers of the decoder's feed-forward part.</summary>
    public int DecoderIntermediateSize { get; }

    /// <summary>Tokens that have a position.</summary>
    public int PositionCount { get; }

    /// <inheritdoc/>
    public override int MaxTokenCount => PositionCount;

    /// <summary>Between the two linear layers of the feed-forward part.</summary>
    public Activation HiddenActivation { get; }

    /// <summary>Dropout of embeddings and of what layers add, in training.</summary>
    public float HiddenDropout { get; }

    /// <summary>Dropout of attention probabilities, in training.</summary>
    public float AttentionDropout { get; }

    /// <summary>Dropout between the two linear layers of the feed-forward part, in training.</summary>
    public float ActivationDropout { get; }

    /// <summary>Dropout in a classifier, in training.</summary>
    public float ClassifierDropout { get; }

    /// <inheritdoc/>
    public override double InitializerRange { get; }

    /// <summary>Whether word embeddings are multiplied by the root of the hidden size.</summary>
    public bool ScalesEmbeddings { get; }
}

/// <summary>Word embeddings, scaled where the configuration says so, and positions, which are different in BART and Marian.</summary>
internal abstract class BartEmbeddings(BartConfig config, Embedding words)
{
    private readonly float _scale = config.ScalesEmbeddings ? MathF.Sqrt(config.HiddenSize) : 1;

    public Embedding Words => words;

    public Tensor Forward(ForwardContext context, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope();
        Tensor sum = words.Forward(context, batch.InputIds);
        if (_scale != 1)
        {
            sum = context.Multiply(sum, _scale);
        }

        return scope.Keep(context.Dropout(AddPositions(context, batch.PositionIds, sum), config.HiddenDropout));
    }

    /// <summary>Adds to every token what says where it stands.</summary>
    protected abstract Tensor AddPositions(ForwardContext context, ReadOnlyMemory<int> positions, Tensor sum);
}

/// <summary>Learned positions, the first two of which are nobody's, and a norm.</summary>
internal sealed class BartLearnedEmbeddings(BartConfig config, Weights weights, Embedding words) : BartEmbeddings(config, words)
{
    /// <summary>The row of the first position: fairseq numbered positions after the padding token, which is 1.</summary>
    public const int FirstPosition = 2;

    private readonly Embedding _positions = new(weights.Sub("embed_positions"), config.PositionCount + FirstPosition, config.HiddenSize);
    private readonly LayerNorm _norm = new(weights.Sub("layernorm_embedding"), config.HiddenSize, BartAttention.Epsilon);

    protected override Tensor AddPositions(ForwardContext context, ReadOnlyMemory<int> positions, Tensor sum)
    {
        _positions.AddTo(context, positions, sum);
        return _norm.Forward(context, sum);
    }
}

/// <summary>Attention of one kind with its output projection, residual and norm (Vaswani et al. 2017, section 3.2).</summary>
internal sealed class BartAttention
{
    /// <summary>ε of every norm: PyTorch's default.</summary>
    public const float Epsilon = 1e-5f;

    private readonly Linear _output;
    private readonly LayerNorm _norm;
    private readonly float _dropout;

    public BartAttention(BartConfig config, Weights weights, string name, int headCount, bool isCausal)
    {
        Weights attention = weights.Sub(name);
        Query = attention.Sub("q_proj");
        KeyValue = [attention.Sub("k_proj"), attention.Sub("v_proj")];
        _output = new Linear(attention.Sub("out_proj"), config.HiddenSize, config.HiddenSize);
        _norm = new LayerNorm(weights.Sub($"{name}_layer_norm"), config.HiddenSize, Epsilon);
        _dropout = config.HiddenDropout;
        Options = new AttentionOptions { HeadCount = headCount, HeadSize = config.HiddenSize / headCount, IsCausal = isCausal, Dropout = config.AttentionDropout };
    }

    public AttentionOptions Options { get; }

    /// <summary>Where the projections are: what looks at its own tokens fuses all three, what looks at others the last two.</summary>
    public Weights Query { get; }

    public Weights[] KeyValue { get; }

    public Tensor Add(ForwardContext context, Tensor attended, Tensor hidden) =>
        _norm.Forward(context, _output.Forward(context, attended, residual: hidden, dropout: _dropout));
}

/// <summary>Two linear layers with residual and norm (section 3.3 there).</summary>
internal sealed class BartFeedForward(BartConfig config, Weights weights, int intermediateSize)
{
    private readonly Linear _intermediate = new(weights.Sub("fc1"), config.HiddenSize, intermediateSize);
    private readonly Linear _output = new(weights.Sub("fc2"), intermediateSize, config.HiddenSize);
    private readonly LayerNorm _norm = new(weights.Sub("final_layer_norm"), config.HiddenSize, BartAttention.Epsilon);

    public Tensor Forward(ForwardContext context, Tensor hidden)
    {
        Tensor intermediate = context.Dropout(_intermediate.Forward(context, hidden, config.HiddenActivation), config.ActivationDropout);
        return _norm.Forward(context, _output.Forward(context, intermediate, residual: hidden, dropout: config.HiddenDropout));
    }
}

/// <summary>A layer of the encoder.</summary>
internal sealed class BartEncoderLayer : ITransformerLayer
{
    private readonly BartAttention _attention;
    private readonly Linear _queryKeyValue;
    private readonly BartFeedForward _feedForward;

    public BartEncoderLayer(BartConfig config, Weights weights)
    {
        _attention = new BartAttention(config, weights, "self_attn", config.EncoderHeadCount, isCausal: false);
        _queryKeyValue = Linear.Fused([_attention.Query, .. _attention.KeyValue], config.HiddenSize, config.HiddenSize);
        _feedForward = new BartFeedForward(config, weights, config.EncoderIntermediateSize);
    }

    public LayerOutput Forward(ForwardContext context, Tensor hidden, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope();
        AttentionResult attention = context.SelfAttention(_queryKeyValue.Forward(context, hidden), batch, _attention.Options);
        Tensor attended = _attention.Add(context, attention.Context, hidden);
        return new LayerOutput(scope.Keep(_feedForward.Forward(context, attended)), scope.Keep(attention.Probabilities));
    }
}

/// <summary>A layer of the decoder: attention to what is written, then to what was read, then the feed-forward part.</summary>
internal sealed class BartDecoderLayer : IDecoderLayer
{
    private readonly BartAttention _attention;
    private readonly Linear _queryKeyValue;
    private readonly BartAttention _crossAttention;
    private readonly Linear _crossQuery;
    private readonly Linear _crossKeyValue;
    private readonly BartFeedForward _feedForward;

    public BartDecoderLayer(BartConfig config, Weights weights)
    {
        _attention = new BartAttention(config, weights, "self_attn", config.DecoderHeadCount, isCausal: true);
        _queryKeyValue = Linear.Fused([_attention.Query, .. _attention.KeyValue], config.HiddenSize, config.HiddenSize);
        _crossAttention = new BartAttention(config, weights, "encoder_attn", config.DecoderHeadCount, isCausal: false);
        _crossQuery = new Linear(_crossAttention.Query, config.HiddenSize, config.HiddenSize);
        _crossKeyValue = Linear.Fused(_crossAttention.KeyValue, config.HiddenSize, config.HiddenSize);
        _feedForward = new BartFeedForward(config, weights, config.DecoderIntermediateSize);
    }

    public (LayerOutput Output, Tensor? CrossAttention) Forward(ForwardContext context, Tensor hidden, RaggedBatch batch, Tensor states, RaggedBatch read)
    {
        using ForwardScope scope = context.Scope();
        AttentionResult attention = context.SelfAttention(_queryKeyValue.Forward(context, hidden), batch, _attention.Options);
        Tensor attended = _attention.Add(context, attention.Context, hidden);
        Tensor query = _crossQuery.Forward(context, attended);
        AttentionResult cross = context.CrossAttention(query, _crossKeyValue.Forward(context, states), batch, read, _crossAttention.Options);
        attended = _crossAttention.Add(context, cross.Context, attended);
        return (new LayerOutput(scope.Keep(_feedForward.Forward(context, attended)), scope.Keep(attention.Probabilities)), scope.Keep(cross.Probabilities));
    }

    /// <summary>Keys and values of what was read.</summary>
    public Tensor KeyValue(ForwardContext context, Tensor states) => _crossKeyValue.Forward(context, states);

    /// <summary>The same layer for tokens that follow those in a cache.</summary>
    public Tensor Continue(ForwardContext context, Tensor hidden, RaggedBatch batch, KeyValueCache written, KeyValueCache read)
    {
        using ForwardScope scope = context.Scope();
        Tensor context1 = context.SelfAttention(_queryKeyValue.Forward(context, hidden), batch, _attention.Options, written).Context;
        Tensor attended = _attention.Add(context, context1, hidden);
        Tensor context2 = context.CrossAttention(_crossQuery.Forward(context, attended), batch, _crossAttention.Options, read).Context;
        return scope.Keep(_feedForward.Forward(context, _crossAttention.Add(context, context2, attended)));
    }
}

/// <summary>The part that reads.</summary>
internal sealed class BartEncoder(BartConfig config, Weights weights, BartEmbeddings embeddings) : EncoderModel(config, weights)
{
    private readonly BartEncoderLayer[] _layers =
        [.. Enumerable.Range(0, config.EncoderLayerCount).Select(layer => new BartEncoderLayer(config, weights.Sub("encoder.layers", layer)))];

    public BartEncoder(BartConfig config, Weights weights, Embedding words)
        : this(config, weights, new BartLearnedEmbeddings(config, weights.Sub("encoder"), words))
    {
    }

    public override Embedding WordEmbeddings => embeddings.Words;

    public override PositionNumbering Numbering => BartModel.NumberingOf(config);

    public override EncoderOutput Forward(ForwardContext context, RaggedBatch batch)
    {
        RequireNumbering(batch);
        Tensor hidden = embeddings.Forward(context, batch);
        LayerTrace trace = new(context, hidden);
        foreach (BartEncoderLayer layer in _layers)
        {
            hidden = trace.Next(hidden, layer, batch);
        }

        return new EncoderOutput(hidden, PooledOutput: null, trace.HiddenStates, trace.Attentions);
    }
}

/// <summary>Both parts over one table of words.</summary>
internal class BartModel : Seq2SeqModel
{
    private readonly BartConfig _config;
    private readonly BartEncoder _encoder;
    private readonly BartEmbeddings _decoderEmbeddings;
    private readonly BartDecoderLayer[] _layers;

    public BartModel(BartConfig config, Weights weights)
        : this(config, weights, (part, words) => new BartLearnedEmbeddings(config, part, words))
    {
    }

    /// <param name="config">The configuration.</param>
    /// <param name="weights">Where both parts are.</param>
    /// <param name="embeddings">Makes the embeddings of a part.</param>
    public BartModel(BartConfig config, Weights weights, Func<Weights, Embedding, BartEmbeddings> embeddings)
        : base(config, weights)
    {
        _config = config;
        WordEmbeddings = new Embedding(weights.Sub("shared"), config.VocabularySize, config.HiddenSize, config.PaddingId);
        _encoder = new BartEncoder(config, weights, embeddings(weights.Sub("encoder"), WordEmbeddings));
        _decoderEmbeddings = embeddings(weights.Sub("decoder"), WordEmbeddings);
        _layers = [.. Enumerable.Range(0, config.DecoderLayerCount).Select(layer => new BartDecoderLayer(config, weights.Sub("decoder.layers", layer)))];
    }

    public override Embedding WordEmbeddings { get; }

    public override PositionNumbering Numbering => NumberingOf(_config);

    public static PositionNumbering NumberingOf(BartConfig config) =>
        config is MarianConfig ? PositionNumbering.FromZero : PositionNumbering.From(BartLearnedEmbeddings.FirstPosition);

    public override EncoderOutput Encode(ForwardContext context, RaggedBatch batch) => _encoder.Forward(context, batch);

    public override DecoderOutput Decode(ForwardContext context, RaggedBatch batch, Tensor states, RaggedBatch read)
    {
        RequirePairs(batch, read);
        Tensor hidden = _decoderEmbeddings.Forward(context, batch);
        DecoderTrace trace = new(context, hidden, states, read);
        foreach (BartDecoderLayer layer in _layers)
        {
            hidden = trace.Next(hidden, layer, batch);
        }

        return trace.Output(hidden, trace.HiddenStates);
    }

    public override DecoderCache CreateCache(ForwardContext context, Tensor states, RaggedBatch read)
    {
        DecoderCache cache = new(_layers.Length, looksAtEncoder: true);
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            using ForwardScope scope = context.Scope();
            cache.CrossAttention[layer].Append(new ColumnBlock(_layers[layer].KeyValue(context, states), 0), read);
        }

        return cache;
    }

    public override Tensor Continue(ForwardContext context, RaggedBatch batch, DecoderCache cache)
    {
        using ForwardScope scope = context.Scope();
        Tensor hidden = _decoderEmbeddings.Forward(context, batch);
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            Tensor next = _layers[layer].Continue(context, hidden, batch, cache.SelfAttention[layer], cache.CrossAttention[layer]);
            context.Release(hidden);
            hidden = next;
        }

        return scope.Keep(hidden);
    }
}

/// <summary>Writes: scores of the vocabulary by the word embeddings and a bias that is not trained.</summary>
internal class BartForConditionalGeneration : Seq2SeqLanguageModel
{
    private readonly Linear _decoder;

    public BartForConditionalGeneration(BartConfig config, Weights weights)
        : this(config, weights, new BartModel(config, weights.Sub("model")))
    {
    }

    protected BartForConditionalGeneration(BartConfig config, Weights weights, BartModel model)
        : base(config, weights, model)
    {
        Parameter bias = weights.Load("final_logits_bias", new Shape(1, config.VocabularySize), Initialization.Zeros);
        bias.Value.RequiresGradient = false;
        _decoder = Linear.Tied(model.WordEmbeddings.Table, bias);
    }

    protected override Tensor Score(ForwardContext context, Tensor hidden) => _decoder.Forward(context, hidden);
}

/// <summary>Classifies texts by the last &lt;/s&gt; that the decoder reads.</summary>
internal sealed class BartForSequenceClassification(BartConfig config, Weights weights)
    : SequenceClassificationModel(config, weights, new Seq2SeqReader(config, weights.Sub("model"), new BartModel(config, weights.Sub("model"))))
{
    private readonly Linear _dense = new(weights.Sub("classification_head.dense"), config.HiddenSize, config.HiddenSize);
    private readonly Classifier _scores = new(weights.Sub("classification_head.out_proj"), config.HiddenSize, config.Labels.Count, config.ClassifierDropout);
    private readonly int _endId = config.Json["eos_token_id"]?.GetValue<int>() ?? 2;

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope();
        int[] ends = new int[batch.SequenceCount];
        ReadOnlySpan<int> ids = batch.InputIds.Span, offsets = batch.Offsets.Span;
        for (int text = 0; text < ends.Length; text++)
        {
            int end = ids[offsets[text]..offsets[text + 1]].LastIndexOf(_endId);
            ends[text] = end >= 0 ? offsets[text] + end : throw new InvalidBatchException($"Text {text} has no token {_endId} (eos_token_id), by which BART classifies: encode it with special tokens.");
        }

        Tensor vectors = context.Dropout(context.IndexSelect(encoder.LastHiddenState, axis: 0, ends), config.ClassifierDropout);
        return scope.Keep(_scores.Forward(context, _dense.Forward(context, vectors, Activation.Tanh)));
    }
}

/// <summary>Finds where an answer starts and ends.</summary>
internal sealed class BartForQuestionAnswering(BartConfig config, Weights weights)
    : QuestionAnsweringModel(config, weights, new Seq2SeqReader(config, weights.Sub("model"), new BartModel(config, weights.Sub("model"))))
{
    private readonly Classifier _outputs = new(weights.Sub("qa_outputs"), config.HiddenSize, classCount: 2);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder) => _outputs.Forward(context, encoder.LastHiddenState);
}
