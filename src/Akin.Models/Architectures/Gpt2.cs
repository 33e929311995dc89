using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Models.Architectures;

/// <summary>GPT-2: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners".</summary>
/// <remarks>
/// A decoder alone: every token sees those before it; norms stand before attention and feed-forward part, and one at the end. Weight paths are those of transformers' <c>GPT2…</c>
/// classes; matrices are stored as <c>[inputs, outputs]</c>.
/// </remarks>
internal static class Gpt2
{
    public static Architecture Architecture { get; } =
        new Architecture<Gpt2Config>("gpt2", "transformer.", ["lm_head.", "score.", "classifier.", "qa_outputs."], json => new Gpt2Config(json))
            .With<EncoderModel>((config, weights) => new GPT2Model(config, weights.Sub("transformer")))
            .With<CausalLanguageModel>((config, weights) => new GPT2LMHeadModel(config, weights))
            .With<SequenceClassificationModel>((config, weights) => new GPT2ForSequenceClassification(config, weights))
            .With<TokenClassificationModel>((config, weights) => new GPT2ForTokenClassification(config, weights))
            .With<QuestionAnsweringModel>((config, weights) => new GPT2ForQuestionAnswering(config, weights));
}

/// <summary><c>config.json</c> of GPT-2; defaults are those of the smallest published model.</summary>
public sealed class Gpt2Config : ModelConfig
{
    internal Gpt2Config(ConfigReader json)
        : base(json)
    {
        VocabularySize = json.Integer("vocab_size", 50257);
        HiddenSize = json.Integer("n_embd", 768);
        LayerCount = json.Integer("n_layer", 12, minimum: 0);
        HeadCount = json.Integer("n_head", 12);
        IntermediateSize = json.OptionalInteger("n_inner", minimum: 1) ?? 4 * HiddenSize;
        PositionCount = json.Integer("n_positions", 1024);
        HiddenActivation = json.Activation("activation_function", Activation.GeluTanh);
        EmbeddingDropout = json.Probability("embd_pdrop", 0.1);
        HiddenDropout = json.Probability("resid_pdrop", 0.1);
        AttentionDropout = json.Probability("attn_pdrop", 0.1);
        ClassifierDropout = json.Probability("classifier_dropout", 0.1);
        LayerNormEpsilon = (float)json.Number("layer_norm_epsilon", 1e-5);
        InitializerRange = json.Number("initializer_range", 0.02);
        PaddingId = json.OptionalInteger("pad_token_id");
        TiesWordEmbeddings = json.Flag("tie_word_embeddings", true);
        ScalesAttention = json.Flag("scale_attn_weights", true);
        ScalesByLayer = json.Flag("scale_attn_by_inverse_layer_idx", false);

        // How the reference computes half precision; the multiple choice head, which is not here; the length that published files repeat.
        json.Ignore("reorder_and_upcast_attn", "summary_type", "summary_use_proj", "summary_activation", "summary_proj_to_labels", "summary_first_dropout", "n_ctx");
        if (HiddenSize % HeadCount != 0)
        {
            throw json.Refuse("n_head", $"a divisor of n_embd, which is {HiddenSize}");
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

    /// <summary>Rows of the table of position embeddings.</summary>
    public int PositionCount { get; }

    /// <inheritdoc/>
    public override int MaxTokenCount => PositionCount;

    /// <summary>Between the two linear layers of the feed-forward part.</summary>
    public Activation HiddenActivation { get; }

    /// <summary>Dropout of embeddings, in training.</summary>
    public float EmbeddingDropout { get; }

    /// <summary>Dropout of what layers add, in training.</summary>
    public float HiddenDropout { get; }

    /// <summary>Dropout of attention probabilities, in training.</summary>
    public float AttentionDropout { get; }

    /// <summary>Dropout before a classifier of tokens, in training.</summary>
    public float ClassifierDropout { get; }

    /// <summary>ε of every LayerNorm.</summary>
    public float LayerNormEpsilon { get; }

    /// <inheritdoc/>
    public override double InitializerRange { get; }

    /// <summary>The deviation of new weights that write to the residual stream, as a multiple of <see cref="InitializerRange"/>: the sum of all layers begins as large as one (Radford et al. 2019, 2.3).</summary>
    internal double ResidualDeviation => 1 / Math.Sqrt(2.0 * LayerCount);

    /// <summary>The padding token, which a classifier of texts passes over at the end.</summary>
    public int? PaddingId { get; }

    /// <summary>Whether the decoder shares the word embeddings.</summary>
    public bool TiesWordEmbeddings { get; }

    /// <summary>Whether scores are divided by the root of a head's size.</summary>
    public bool ScalesAttention { get; }

    /// <summary>Whether scores are divided by the number of the layer, from 1.</summary>
    public bool ScalesByLayer { get; }
}

/// <summary>One layer: attention to what stands before, then the feed-forward part, each after a norm and added to what came in (section 2.3).</summary>
internal sealed class Gpt2Layer(Gpt2Config config, Weights weights, int number) : ITransformerLayer
{
    private readonly LayerNorm _attentionNorm = new(weights.Sub("ln_1"), config.HiddenSize, config.LayerNormEpsilon);
    private readonly Linear _queryKeyValue = Linear.Conv1D(weights.Sub("attn.c_attn"), config.HiddenSize, 3 * config.HiddenSize);
    private readonly Linear _attentionOutput = Linear.Conv1D(weights.Sub("attn.c_proj").Scaled(config.ResidualDeviation), config.HiddenSize, config.HiddenSize);
    private readonly LayerNorm _norm = new(weights.Sub("ln_2"), config.HiddenSize, config.LayerNormEpsilon);
    private readonly Linear _intermediate = Linear.Conv1D(weights.Sub("mlp.c_fc"), config.HiddenSize, config.IntermediateSize);
    private readonly Linear _output = Linear.Conv1D(weights.Sub("mlp.c_proj").Scaled(config.ResidualDeviation), config.IntermediateSize, config.HiddenSize);
    private readonly AttentionOptions _options = new()
    {
        HeadCount = config.HeadCount,
        HeadSize = config.HiddenSize / config.HeadCount,
        IsCausal = true,
        Scale = (config.ScalesAttention ? 1 / MathF.Sqrt(config.HiddenSize / config.HeadCount) : 1) / (config.ScalesByLayer ? number + 1 : 1),
        Dropout = config.AttentionDropout,
    };

    public LayerOutput Forward(ForwardContext context, Tensor hidden, RaggedBatch batch) => Forward(context, hidden, batch, cache: null);

    public LayerOutput Forward(ForwardContext context, Tensor hidden, RaggedBatch batch, KeyValueCache? cache)
    {
        using ForwardScope scope = context.Scope();
        Tensor queryKeyValue = _queryKeyValue.Forward(context, _attentionNorm.Forward(context, hidden));
        AttentionResult attention = cache is null
            ? context.SelfAttention(queryKeyValue, batch, _options)
            : context.SelfAttention(queryKeyValue, batch, _options, cache);
        Tensor attended = _attentionOutput.Forward(context, attention.Context, residual: hidden, dropout: config.HiddenDropout);
        Tensor intermediate = _intermediate.Forward(context, _norm.Forward(context, attended), config.HiddenActivation);
        Tensor output = _output.Forward(context, intermediate, residual: attended, dropout: config.HiddenDropout);
        return new LayerOutput(scope.Keep(output), scope.Keep(attention.Probabilities));
    }
}

/// <summary>Word and position embeddings, the layers, and a last norm.</summary>
internal sealed class GPT2Model(Gpt2Config config, Weights weights) : EncoderModel(config, weights)
{
    private readonly Embedding _positions = new(weights.Sub("wpe"), config.PositionCount, config.HiddenSize);
    private readonly Gpt2Layer[] _layers = [.. Enumerable.Range(0, config.LayerCount).Select(layer => new Gpt2Layer(config, weights.Sub("h", layer), layer))];
    private readonly LayerNorm _norm = new(weights.Sub("ln_f"), config.HiddenSize, config.LayerNormEpsilon);

    public override Embedding WordEmbeddings { get; } = new(weights.Sub("wte"), config.VocabularySize, config.HiddenSize);

    public override EncoderOutput Forward(ForwardContext context, RaggedBatch batch)
    {
        RequireNumbering(batch);
        Tensor hidden = Embed(context, batch);
        LayerTrace trace = new(context, hidden);
        foreach (Gpt2Layer layer in _layers)
        {
            hidden = trace.Next(hidden, layer, batch);
        }

        Tensor output = _norm.Forward(context, hidden);
        return new EncoderOutput(output, PooledOutput: null, trace.HiddenStates is { } states ? [.. states.SkipLast(1), output] : null, trace.Attentions);
    }

    /// <summary>Reads the tokens that follow those in the cache.</summary>
    public Tensor Continue(ForwardContext context, RaggedBatch batch, DecoderCache cache)
    {
        using ForwardScope scope = context.Scope();
        Tensor hidden = Embed(context, batch);
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            Tensor next = _layers[layer].Forward(context, hidden, batch, cache.SelfAttention[layer]).Hidden;
            context.Release(hidden);
            hidden = next;
        }

        return scope.Keep(_norm.Forward(context, hidden));
    }

    private Tensor Embed(ForwardContext context, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope();
        Tensor sum = WordEmbeddings.Forward(context, batch.InputIds);
        _positions.AddTo(context, batch.PositionIds, sum);
        return scope.Keep(context.Dropout(sum, config.EmbeddingDropout));
    }
}

/// <summary>Continues a text: scores of the vocabulary by the word embeddings.</summary>
internal sealed class GPT2LMHeadModel : CausalLanguageModel
{
    private readonly Gpt2Config _config;
    private readonly Linear _decoder;

    public GPT2LMHeadModel(Gpt2Config config, Weights weights)
        : base(config, weights, new GPT2Model(config, weights.Sub("transformer")))
    {
        _config = config;
        _decoder = config.TiesWordEmbeddings
            ? Linear.Tied(Backbone.WordEmbeddings.Table, bias: null)
            : Linear.WithoutBias(weights.Sub("lm_head"), config.HiddenSize, config.VocabularySize);
    }

    public override DecoderCache CreateCache() => new(_config.LayerCount);

    protected override Tensor Continue(ForwardContext context, RaggedBatch batch, DecoderCache cache) => ((GPT2Model)Backbone).Continue(context, batch, cache);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) => _decoder.Forward(context, encoder.LastHiddenState);
}

/// <summary>Classifies texts by their last token that is not padding.</summary>
internal sealed class GPT2ForSequenceClassification(Gpt2Config config, Weights weights)
    : SequenceClassificationModel(config, weights, new GPT2Model(config, weights.Sub("transformer")))
{
    private readonly Linear _score = Linear.WithoutBias(weights.Sub("score"), config.HiddenSize, config.Labels.Count);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch)
    {
        int[] last = new int[batch.SequenceCount];
        ReadOnlySpan<int> ids = batch.InputIds.Span, offsets = batch.Offsets.Span;
        for (int text = 0; text < last.Length; text++)
        {
            last[text] = offsets[text + 1] - 1;
            while (last[text] > offsets[text] && ids[last[text]] == config.PaddingId)
            {
                last[text]--;
            }
        }

        return _score.Forward(context, context.IndexSelect(encoder.LastHiddenState, axis: 0, last));
    }
}

/// <summary>Classifies tokens.</summary>
internal sealed class GPT2ForTokenClassification(Gpt2Config config, Weights weights)
    : TokenClassificationModel(config, weights, new GPT2Model(config, weights.Sub("transformer")))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, config.Labels.Count, config.ClassifierDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) => _classifier.Forward(context, encoder.LastHiddenState);
}

/// <summary>Finds where an answer starts and ends.</summary>
internal sealed class GPT2ForQuestionAnswering(Gpt2Config config, Weights weights)
    : QuestionAnsweringModel(config, weights, new GPT2Model(config, weights.Sub("transformer")))
{
    private readonly Classifier _outputs = new(weights.Sub("qa_outputs"), config.HiddenSize, classCount: 2);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder) => _outputs.Forward(context, encoder.LastHiddenState);
}
