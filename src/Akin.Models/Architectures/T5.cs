using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Models.Architectures;

/// <summary>
/// T5: Raffel et al. 2019, "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer", https://arxiv.org/abs/1910.10683; version 1.1 and
/// mT5's layers too, where a gate multiplies the feed-forward part (Shazeer 2020, https://arxiv.org/abs/2002.05202).
/// </summary>
/// <remarks>
/// Norms without mean and bias stand before each part, and linear layers have no bias. Where a token stands is said by a bias of attention alone, which the first layer of the
/// encoder and of the decoder owns and the others use too; scores are not scaled. Weight paths are those of transformers' <c>T5…</c> classes.
/// </remarks>
internal static class T5
{
    public static Architecture Architecture { get; } =
        new Architecture<T5Config>("t5", "transformer.", HeadWeights, json => new T5Config(json))
            .With<EncoderModel>((config, weights) => new T5EncoderModel(config, weights.Sub("transformer")))
            .With<Seq2SeqModel>((config, weights) => new T5Model(config, weights.Sub("transformer")))
            .With<Seq2SeqLanguageModel>((config, weights) => new T5ForConditionalGeneration(config, weights))
            .With<TokenClassificationModel>((config, weights) => new T5ForTokenClassification(config, weights));

    /// <summary>Heads, copies of the word embeddings that published files hold, and the decoder where only the encoder is wanted.</summary>
    private static string[] HeadWeights =>
        ["classifier.", "transformer.lm_head.", "transformer.encoder.embed_tokens.", "transformer.decoder."];
}

/// <summary><c>config.json</c> of T5; defaults are those of t5-small.</summary>
public sealed class T5Config : Seq2SeqConfig
{
    internal T5Config(ConfigReader json)
        : base(json, paddingId: 0, startId: 0, isEncoderDecoder: null) // a classifier of tokens has the encoder alone
    {
        VocabularySize = json.Integer("vocab_size", 32128);
        HiddenSize = json.Integer("d_model", 512);
        HeadSize = json.Integer("d_kv", 64);
        HeadCount = json.Integer("num_heads", 8);
        IntermediateSize = json.Integer("d_ff", 2048);
        LayerCount = json.Integer("num_layers", 6, minimum: 0);
        DecoderLayerCount = json.Integer("num_decoder_layers", LayerCount, minimum: 0);
        RelativeBucketCount = json.Integer("relative_attention_num_buckets", 32, minimum: 4);
        RelativeMaxDistance = json.Integer("relative_attention_max_distance", 128);
        Dropout = json.Probability("dropout_rate", 0.1);
        ClassifierDropout = json.Probability("classifier_dropout", 0);
        NormEpsilon = (float)json.Number("layer_norm_epsilon", 1e-6);

        // That of matrices which read hidden states; others are scaled where they are loaded, so that activations begin with about the same size everywhere.
        InitializerRange = json.Number("initializer_factor", 1) / Math.Sqrt(HiddenSize);
        (IsGated, HiddenActivation) = json.Choice(
            "feed_forward_proj",
            (false, Activation.Relu),
            ("relu", (false, Activation.Relu)),
            ("gelu", (false, Activation.Gelu)),
            ("gated-gelu", (true, Activation.GeluTanh)),
            ("gated-silu", (true, Activation.Silu)),
            ("gated-relu", (true, Activation.Relu)));
        TiesWordEmbeddings = json.Flag("tie_word_embeddings", true);
        ScalesOutput = json.Flag("scale_decoder_outputs", TiesWordEmbeddings);
        HasOwnScaling = json.Value("scale_decoder_outputs") is not null;

        // Said by feed_forward_proj; a length that nothing depends on; who uses it.
        json.Ignore("dense_act_fn", "is_gated_act", "n_positions", "is_decoder", "num_hidden_layers");
        const int FarthestDistance = 1 << 16;
        if (RelativeBucketCount / 2 >= RelativeMaxDistance || RelativeMaxDistance > FarthestDistance)
        {
            throw json.Refuse("relative_attention_max_distance", $"more than half of relative_attention_num_buckets, which is {RelativeBucketCount}, and at most {FarthestDistance}");
        }
    }

    /// <inheritdoc/>
    public override int VocabularySize { get; }

    /// <inheritdoc/>
    public override int HiddenSize { get; }

    /// <summary>Floats of an attention head.</summary>
    public int HeadSize { get; }

    /// <summary>Attention heads of a layer; together they need not be as wide as the model.</summary>
    public int HeadCount { get; }

    /// <summary>Floats between the linear layers of the feed-forward part.</summary>
    public int IntermediateSize { get; }

    /// <summary>Layers of the encoder.</summary>
    public int LayerCount { get; }

    /// <inheritdoc/>
    public override int DecoderLayerCount { get; }

    /// <inheritdoc/>
    /// <remarks>There is no table of positions: texts may have any length.</remarks>
    public override int MaxTokenCount => int.MaxValue;

    /// <summary>How many classes of distance between two tokens there are.</summary>
    public int RelativeBucketCount { get; }

    /// <summary>From this distance on all tokens are equally far.</summary>
    public int RelativeMaxDistance { get; }

    /// <summary>Dropout everywhere but in a classifier, in training.</summary>
    public float Dropout { get; }

    /// <summary>Dropout before a classifier, in training.</summary>
    public float ClassifierDropout { get; }

    /// <summary>ε of every norm.</summary>
    public float NormEpsilon { get; }

    /// <inheritdoc/>
    public override double InitializerRange { get; }

    /// <summary>The deviation of new weights that read vectors of a width, as a multiple of <see cref="InitializerRange"/>: 1/√width where that is 1/√<see cref="HiddenSize"/>.</summary>
    internal double Deviation(int width) => Math.Sqrt((double)HiddenSize / width);

    /// <summary>Whether the feed-forward part has a gate.</summary>
    public bool IsGated { get; }

    /// <summary>In the feed-forward part; with a gate, the gate's.</summary>
    public Activation HiddenActivation { get; }

    /// <summary>Whether the word embeddings score the next token.</summary>
    public bool TiesWordEmbeddings { get; }

    /// <summary>Whether the decoder's states are divided by the root of the hidden size before they are scored.</summary>
    public bool ScalesOutput { get; }

    /// <summary>Whether <c>scale_decoder_outputs</c> is given: transformers 5 then calls every model tied, and stores a decoder only where it is not.</summary>
    internal bool HasOwnScaling { get; }
}

/// <summary>Attention of one kind with the norm before it (section 2.1).</summary>
internal sealed class T5Attention
{
    private readonly RmsNorm _norm;
    private readonly Linear _output;
    private readonly float _dropout;

    public T5Attention(T5Config config, Weights weights, string name, bool isCausal)
    {
        Projections = weights.Sub(name);
        Query = Projections.Sub("q").Scaled(1 / Math.Sqrt(config.HeadSize));
        int width = config.HeadCount * config.HeadSize;
        _norm = new RmsNorm(weights.Sub("layer_norm"), config.HiddenSize, config.NormEpsilon);
        _output = Linear.WithoutBias(Projections.Sub("o").Scaled(config.Deviation(width)), width, config.HiddenSize);
        _dropout = config.Dropout;
        Options = new AttentionOptions { HeadCount = config.HeadCount, HeadSize = config.HeadSize, Scale = 1, IsCausal = isCausal, Dropout = config.Dropout };
    }

    public AttentionOptions Options { get; }

    /// <summary>Where the projections are: what looks at its own tokens fuses all three, what looks at others the last two.</summary>
    public Weights Projections { get; }

    /// <summary>Where the projection of what looks is: new ones do what scores are divided by elsewhere.</summary>
    public Weights Query { get; }

    public Tensor Norm(ForwardContext context, Tensor hidden) => _norm.Forward(context, hidden);

    public Tensor Add(ForwardContext context, Tensor attended, Tensor hidden) => _output.Forward(context, attended, residual: hidden, dropout: _dropout);
}

/// <summary>Two linear layers with the norm before them, the first one with a gate in version 1.1.</summary>
internal sealed class T5FeedForward(T5Config config, Weights weights)
{
    private readonly RmsNorm _norm = new(weights.Sub("layer_norm"), config.HiddenSize, config.NormEpsilon);
    private readonly Linear _intermediate = Linear.WithoutBias(
        weights.Sub(config.IsGated ? "DenseReluDense.wi_0" : "DenseReluDense.wi"), config.HiddenSize, config.IntermediateSize);
    private readonly Linear? _gated = config.IsGated ? Linear.WithoutBias(weights.Sub("DenseReluDense.wi_1"), config.HiddenSize, config.IntermediateSize) : null;
    private readonly Linear _output = Linear.WithoutBias(weights.Sub("DenseReluDense.wo").Scaled(config.Deviation(config.IntermediateSize)), config.IntermediateSize, config.HiddenSize);

    public Tensor Forward(ForwardContext context, Tensor hidden)
    {
        Tensor normed = _norm.Forward(context, hidden);
        Tensor intermediate = _intermediate.Forward(context, normed, config.HiddenActivation);
        if (_gated is not null)
        {
            intermediate = context.Multiply(intermediate, _gated.Forward(context, normed));
        }

        return _output.Forward(context, context.Dropout(intermediate, config.Dropout), residual: hidden, dropout: config.Dropout);
    }
}

/// <summary>Self-attention of a layer, of the encoder or of the decoder.</summary>
internal sealed class T5SelfAttention
{
    private readonly T5Attention _attention;
    private readonly Linear _queryKeyValue;

    public T5SelfAttention(T5Config config, Weights weights, bool isCausal)
    {
        _attention = new T5Attention(config, weights, "SelfAttention", isCausal);
        Weights projections = _attention.Projections;
        _queryKeyValue = Linear.FusedWithoutBias(
            [_attention.Query, projections.Sub("k"), projections.Sub("v")], config.HiddenSize, config.HeadCount * config.HeadSize);
    }

    public LayerOutput Forward(ForwardContext context, Tensor hidden, RaggedBatch batch, Tensor distanceBias, KeyValueCache? cache = null)
    {
        Tensor queryKeyValue = _queryKeyValue.Forward(context, _attention.Norm(context, hidden));
        AttentionResult attention = cache is null
            ? context.SelfAttention(queryKeyValue, batch, _attention.Options, distanceBias)
            : context.SelfAttention(queryKeyValue, batch, _attention.Options, cache, distanceBias);
        return new LayerOutput(_attention.Add(context, attention.Context, hidden), attention.Probabilities);
    }
}

/// <summary>A layer of the encoder.</summary>
internal sealed class T5EncoderLayer(T5Config config, Weights weights)
{
    private readonly T5SelfAttention _attention = new(config, weights.Sub("layer.0"), isCausal: false);
    private readonly T5FeedForward _feedForward = new(config, weights.Sub("layer.1"));

    public LayerOutput Forward(ForwardContext context, Tensor hidden, RaggedBatch batch, Tensor distanceBias)
    {
        using ForwardScope scope = context.Scope();
        (Tensor attended, Tensor? probabilities) = _attention.Forward(context, hidden, batch, distanceBias);
        return new LayerOutput(scope.Keep(_feedForward.Forward(context, attended)), scope.Keep(probabilities));
    }
}

/// <summary>A layer of the decoder: attention to what is written, then to what was read, then the feed-forward part.</summary>
internal sealed class T5DecoderLayer
{
    private readonly T5SelfAttention _attention;
    private readonly T5Attention _crossAttention;
    private readonly Linear _crossQuery;
    private readonly Linear _crossKeyValue;
    private readonly T5FeedForward _feedForward;

    public T5DecoderLayer(T5Config config, Weights weights)
    {
        _attention = new T5SelfAttention(config, weights.Sub("layer.0"), isCausal: true);
        _crossAttention = new T5Attention(config, weights.Sub("layer.1"), "EncDecAttention", isCausal: false);
        Weights projections = _crossAttention.Projections;
        int width = config.HeadCount * config.HeadSize;
        _crossQuery = Linear.WithoutBias(_crossAttention.Query, config.HiddenSize, width);
        _crossKeyValue = Linear.FusedWithoutBias([projections.Sub("k"), projections.Sub("v")], config.HiddenSize, width);
        _feedForward = new T5FeedForward(config, weights.Sub("layer.2"));
    }

    public (LayerOutput Output, Tensor? CrossAttention) Forward(
        ForwardContext context, Tensor hidden, RaggedBatch batch, Tensor states, RaggedBatch read, Tensor distanceBias)
    {
        using ForwardScope scope = context.Scope();
        (Tensor attended, Tensor? probabilities) = _attention.Forward(context, hidden, batch, distanceBias);
        Tensor query = _crossQuery.Forward(context, _crossAttention.Norm(context, attended));
        AttentionResult cross = context.CrossAttention(query, _crossKeyValue.Forward(context, states), batch, read, _crossAttention.Options);
        attended = _crossAttention.Add(context, cross.Context, attended);
        return (new LayerOutput(scope.Keep(_feedForward.Forward(context, attended)), scope.Keep(probabilities)), scope.Keep(cross.Probabilities));
    }

    /// <summary>Keys and values of what was read.</summary>
    public Tensor KeyValue(ForwardContext context, Tensor states) => _crossKeyValue.Forward(context, states);

    /// <summary>The same layer for tokens that follow those in a cache.</summary>
    public Tensor Continue(ForwardContext context, Tensor hidden, RaggedBatch batch, KeyValueCache written, KeyValueCache read, Tensor distanceBias)
    {
        using ForwardScope scope = context.Scope();
        Tensor attended = _attention.Forward(context, hidden, batch, distanceBias, written).Hidden;
        Tensor query = _crossQuery.Forward(context, _crossAttention.Norm(context, attended));
        Tensor cross = context.CrossAttention(query, batch, _crossAttention.Options, read).Context;
        return scope.Keep(_feedForward.Forward(context, _crossAttention.Add(context, cross, attended)));
    }
}

/// <summary>What encoder and decoder have in common: embeddings, the bias by distance and the last norm.</summary>
internal sealed class T5Stack(T5Config config, Weights weights, Embedding words, bool isDecoder)
{
    private readonly RelativePositionBias _distanceBias = new(
        weights.Sub("block.0.layer.0.SelfAttention.relative_attention_bias"), config.RelativeBucketCount, config.HeadCount, config.RelativeMaxDistance, isBidirectional: !isDecoder);
    private readonly RmsNorm _norm = new(weights.Sub("final_layer_norm"), config.HiddenSize, config.NormEpsilon);

    public Tensor Embed(ForwardContext context, RaggedBatch batch) => context.Dropout(words.Forward(context, batch.InputIds), config.Dropout);

    public Tensor DistanceBias(ForwardContext context) => _distanceBias.Forward(context);

    public Tensor Finish(ForwardContext context, Tensor hidden) => context.Dropout(_norm.Forward(context, hidden), config.Dropout);
}

/// <summary>The part that reads.</summary>
internal sealed class T5EncoderModel(T5Config config, Weights weights, Embedding words) : EncoderModel(config, weights)
{
    private readonly T5Stack _stack = new(config, weights.Sub("encoder"), words, isDecoder: false);
    private readonly T5EncoderLayer[] _layers =
        [.. Enumerable.Range(0, config.LayerCount).Select(layer => new T5EncoderLayer(config, weights.Sub("encoder.block", layer)))];

    public T5EncoderModel(T5Config config, Weights weights)
        : this(config, weights, new Embedding(weights.Sub("shared").Scaled(config.Deviation(1)), config.VocabularySize, config.HiddenSize))
    {
    }

    public override Embedding WordEmbeddings => words;

    public override EncoderOutput Forward(ForwardContext context, RaggedBatch batch)
    {
        RequireNumbering(batch);
        Tensor hidden = _stack.Embed(context, batch);
        Tensor distanceBias = _stack.DistanceBias(context);
        LayerTrace trace = new(context, hidden);
        foreach (T5EncoderLayer layer in _layers)
        {
            hidden = trace.Next(hidden, new BiasedLayer(layer, distanceBias), batch);
        }

        Tensor output = _stack.Finish(context, hidden);
        return new EncoderOutput(output, PooledOutput: null, trace.HiddenStates is { } states ? [.. states.SkipLast(1), output] : null, trace.Attentions);
    }

    private readonly record struct BiasedLayer(T5EncoderLayer Layer, Tensor DistanceBias) : ITransformerLayer
    {
        public LayerOutput Forward(ForwardContext context, Tensor hidden, RaggedBatch batch) => Layer.Forward(context, hidden, batch, DistanceBias);
    }
}

/// <summary>Both parts over one table of words.</summary>
internal sealed class T5Model : Seq2SeqModel
{
    private readonly T5EncoderModel _encoder;
    private readonly T5Stack _decoder;
    private readonly T5DecoderLayer[] _layers;

    public T5Model(T5Config config, Weights weights)
        : base(config, weights)
    {
        WordEmbeddings = new Embedding(weights.Sub("shared").Scaled(config.Deviation(1)), config.VocabularySize, config.HiddenSize);
        _encoder = new T5EncoderModel(config, weights, WordEmbeddings);
        _decoder = new T5Stack(config, weights.Sub("decoder"), WordEmbeddings, isDecoder: true);
        _layers = [.. Enumerable.Range(0, config.DecoderLayerCount).Select(layer => new T5DecoderLayer(config, weights.Sub("decoder.block", layer)))];
    }

    public override Embedding WordEmbeddings { get; }

    public override EncoderOutput Encode(ForwardContext context, RaggedBatch batch) => _encoder.Forward(context, batch);

    public override DecoderOutput Decode(ForwardContext context, RaggedBatch batch, Tensor states, RaggedBatch read)
    {
        RequirePairs(batch, read);
        Tensor hidden = _decoder.Embed(context, batch);
        Tensor distanceBias = _decoder.DistanceBias(context);
        DecoderTrace trace = new(context, hidden, states, read);
        foreach (T5DecoderLayer layer in _layers)
        {
            hidden = trace.Next(hidden, new BiasedLayer(layer, distanceBias), batch);
        }

        Tensor output = _decoder.Finish(context, hidden);
        return trace.Output(output, trace.HiddenStates is { } all ? [.. all.SkipLast(1), output] : null);
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
        Tensor hidden = _decoder.Embed(context, batch);
        Tensor distanceBias = _decoder.DistanceBias(context);
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            Tensor next = _layers[layer].Continue(context, hidden, batch, cache.SelfAttention[layer], cache.CrossAttention[layer], distanceBias);
            context.Release(hidden);
            hidden = next;
        }

        return scope.Keep(_decoder.Finish(context, hidden));
    }

    private readonly record struct BiasedLayer(T5DecoderLayer Layer, Tensor DistanceBias) : IDecoderLayer
    {
        public (LayerOutput Output, Tensor? CrossAttention) Forward(ForwardContext context, Tensor hidden, RaggedBatch batch, Tensor states, RaggedBatch read) =>
            Layer.Forward(context, hidden, batch, states, read, DistanceBias);
    }
}

/// <summary>Writes: scores of the vocabulary by the word embeddings, or in version 1.1 by a matrix of its own.</summary>
internal sealed class T5ForConditionalGeneration : Seq2SeqLanguageModel
{
    private readonly Linear _decoder;
    private readonly float _scale;

    public T5ForConditionalGeneration(T5Config config, Weights weights)
        : base(config, weights, new T5Model(config, weights.Sub("transformer")))
    {
        Weights head = weights.Sub("transformer.lm_head");
        _decoder = config.TiesWordEmbeddings && !(config.HasOwnScaling && head.Contains("weight"))
            ? Linear.Tied(Backbone.WordEmbeddings.Table, bias: null)
            : Linear.WithoutBias(head.Scaled(config.Deviation(1)), config.HiddenSize, config.VocabularySize);
        _scale = config.ScalesOutput ? 1 / MathF.Sqrt(config.HiddenSize) : 1;
    }

    private protected override string PrefixWhenSaved => "transformer.";

    protected override Tensor Score(ForwardContext context, Tensor hidden) => _decoder.Forward(context, _scale == 1 ? hidden : context.Multiply(hidden, _scale));
}

/// <summary>Classifies tokens.</summary>
internal sealed class T5ForTokenClassification(T5Config config, Weights weights)
    : TokenClassificationModel(config, weights, new T5EncoderModel(config, weights.Sub("transformer")))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier").Scaled(config.Deviation(1)), config.HiddenSize, config.Labels.Count, config.ClassifierDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) => _classifier.Forward(context, encoder.LastHiddenState);
}
