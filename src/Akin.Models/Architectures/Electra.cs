using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Models.Architectures;

/// <summary>ELECTRA: Clark et al. 2020, "ELECTRA: Pre-training Text Encoders as Discriminators Rather Than Generators", https://arxiv.org/abs/2003.10555.</summary>
/// <remarks>
/// A generator fills masked tokens in, a discriminator tells which tokens were replaced; both are BERT's layers over embeddings that may be narrower than
/// the layers, without pooler. Weight paths are those of transformers' <c>Electra…</c> classes.
/// </remarks>
internal static class Electra
{
    public static Architecture Architecture { get; } =
        new Architecture<ElectraConfig>(
            "electra", "electra.",
            ["discriminator_predictions.", "generator_predictions.", "generator_lm_head.", "classifier.", "sequence_summary.", "qa_outputs."],
            json => new ElectraConfig(json))
            .With<EncoderModel>((config, weights) => new ElectraModel(config, weights.Sub("electra")))
            .With<PreTrainingModel>((config, weights) => new ElectraForPreTraining(config, weights))
            .With<MaskedLanguageModel>((config, weights) => new ElectraForMaskedLM(config, weights))
            .With<CausalLanguageModel>((config, weights) => new ElectraForCausalLM(config, weights))
            .With<SequenceClassificationModel>((config, weights) => new ElectraForSequenceClassification(config, weights))
            .With<TokenClassificationModel>((config, weights) => new ElectraForTokenClassification(config, weights))
            .With<QuestionAnsweringModel>((config, weights) => new ElectraForQuestionAnswering(config, weights))
            .With<MultipleChoiceModel>((config, weights) => new ElectraForMultipleChoice(config, weights));
}

/// <summary><c>config.json</c> of ELECTRA: BERT's fields and its own; defaults are those of electra-small-discriminator.</summary>
public sealed class ElectraConfig : BertConfig
{
    internal ElectraConfig(ConfigReader json)
        : base(json, hiddenSize: 256, headCount: 4, intermediateSize: 1024, paddingId: 0)
    {
        EmbeddingSize = json.Integer("embedding_size", 128);
        SummaryDropout = json.Probability("summary_last_dropout", 0.1);
        json.MustBe("summary_type", "\"first\"");
        json.MustBe("summary_use_proj", "true");
        json.MustBe("summary_activation", "\"gelu\"");
    }

    /// <summary>Floats of an embedding; projected to <see cref="ModelConfig.HiddenSize"/> when it differs.</summary>
    public int EmbeddingSize { get; }

    /// <summary>Dropout before the score of a choice, in training.</summary>
    public float SummaryDropout { get; }
}

/// <summary>BERT's embeddings in their own width, projected to the layers' width, and BERT's layers.</summary>
internal sealed class ElectraModel(ElectraConfig config, Weights weights) : EncoderModel(config, weights)
{
    private readonly BertEmbeddings _embeddings = new(config, weights.Sub("embeddings"), config.EmbeddingSize);
    private readonly Linear? _projection = config.EmbeddingSize == config.HiddenSize ? null
        : new Linear(weights.Sub("embeddings_project"), config.EmbeddingSize, config.HiddenSize);
    private readonly BertEncoder _encoder = new(config, weights.Sub("encoder"));

    public override Embedding WordEmbeddings => _embeddings.Words;

    public override EncoderOutput Forward(ForwardContext context, RaggedBatch batch)
    {
        RequireNumbering(batch);
        return _encoder.Forward(context, Embed(context, batch), batch);
    }

    private Tensor Embed(ForwardContext context, RaggedBatch batch)
    {
        using ForwardScope scope = context.Scope();
        Tensor embeddings = _embeddings.Forward(context, batch);
        return scope.Keep(_projection is null ? embeddings : _projection.Forward(context, embeddings));
    }
}

/// <summary>Scores every token as replaced or original (section 3.1, the discriminator): a score above 0 says replaced.</summary>
internal sealed class ElectraForPreTraining(ElectraConfig config, Weights weights)
    : PreTrainingModel(config, weights, new ElectraModel(config, weights.Sub("electra")))
{
    private readonly Linear _dense = new(weights.Sub("discriminator_predictions.dense"), config.HiddenSize, config.HiddenSize);
    private readonly Linear _scores = new(weights.Sub("discriminator_predictions.dense_prediction"), config.HiddenSize, outputSize: 1);

    public override Tensor Loss(
        ForwardContext context, PreTrainingOutput output, ReadOnlyMemory<int> labels, ReadOnlyMemory<int> sequenceLabels = default)
    {
        float[] isReplaced = new float[labels.Length];
        for (int token = 0; token < labels.Length; token++)
        {
            isReplaced[token] = labels.Span[token] is 0 or 1
                ? labels.Span[token]
                : throw new InvalidBatchException($"Token {token} has label {labels.Span[token]}: possible are 0 (original) and 1 (replaced).");
        }

        return sequenceLabels.IsEmpty
            ? context.BinaryCrossEntropy(output.PredictionLogits, isReplaced)
            : throw new InvalidBatchException($"ELECTRA has no head for the relation of two texts, but there are {sequenceLabels.Length} labels for it: give none.");
    }

    protected override PreTrainingOutput Score(ForwardContext context, EncoderOutput encoder)
    {
        Tensor scores = _scores.Forward(context, _dense.Forward(context, encoder.LastHiddenState, config.HiddenActivation));
        scores.Reshape(new Shape(encoder.LastHiddenState.Shape[0]));
        return new PreTrainingOutput(scores, SequenceLogits: null, encoder);
    }
}

/// <summary>Scores of the vocabulary, computed in the width of the embeddings (section 3.1, the generator).</summary>
internal static class ElectraPredictions
{
    public static VocabularyHead Load(ElectraConfig config, Weights weights, Embedding words) => new(
        new Linear(weights.Sub("generator_predictions.dense"), config.HiddenSize, config.EmbeddingSize),
        Activation.Gelu,
        new LayerNorm(weights.Sub("generator_predictions.LayerNorm"), config.EmbeddingSize, config.LayerNormEpsilon),
        VocabularyHead.Decoder(words, config.TiesWordEmbeddings, weights.Sub("generator_lm_head")));
}

/// <summary>Fills in masked tokens: the generator.</summary>
internal sealed class ElectraForMaskedLM : MaskedLanguageModel
{
    private readonly VocabularyHead _predictions;

    public ElectraForMaskedLM(ElectraConfig config, Weights weights)
        : base(config, weights, new ElectraModel(config, weights.Sub("electra"))) =>
        _predictions = ElectraPredictions.Load(config, weights, Backbone.WordEmbeddings);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _predictions.Forward(context, encoder.LastHiddenState);
}

/// <summary>Continues a text; its configuration says <c>is_decoder</c>.</summary>
internal sealed class ElectraForCausalLM : CausalLanguageModel
{
    private readonly VocabularyHead _predictions;

    public ElectraForCausalLM(ElectraConfig config, Weights weights)
        : base(config, weights, new ElectraModel(config, weights.Sub("electra"))) =>
        _predictions = ElectraPredictions.Load(config, weights, Backbone.WordEmbeddings);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _predictions.Forward(context, encoder.LastHiddenState);
}

/// <summary>Classifies texts by two layers over the first token.</summary>
internal sealed class ElectraForSequenceClassification(ElectraConfig config, Weights weights)
    : SequenceClassificationModel(config, weights, new ElectraModel(config, weights.Sub("electra")))
{
    private readonly FirstTokenClassifier _classifier = new(
        weights.Sub("classifier"), config.HiddenSize, config.Labels.Count, Activation.Gelu, config.ClassifierDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.LastHiddenState, batch);
}

/// <summary>Classifies tokens.</summary>
internal sealed class ElectraForTokenClassification(ElectraConfig config, Weights weights)
    : TokenClassificationModel(config, weights, new ElectraModel(config, weights.Sub("electra")))
{
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, config.Labels.Count, config.ClassifierDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, encoder.LastHiddenState);
}

/// <summary>Finds where an answer starts and ends.</summary>
internal sealed class ElectraForQuestionAnswering(ElectraConfig config, Weights weights)
    : QuestionAnsweringModel(config, weights, new ElectraModel(config, weights.Sub("electra")))
{
    private readonly Classifier _outputs = new(weights.Sub("qa_outputs"), config.HiddenSize, classCount: 2);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder) => _outputs.Forward(context, encoder.LastHiddenState);
}

/// <summary>Scores the choices of a question by a summary of the first token.</summary>
internal sealed class ElectraForMultipleChoice(ElectraConfig config, Weights weights)
    : MultipleChoiceModel(config, weights, new ElectraModel(config, weights.Sub("electra")))
{
    private readonly Linear _summary = new(weights.Sub("sequence_summary.summary"), config.HiddenSize, config.HiddenSize);
    private readonly Classifier _classifier = new(weights.Sub("classifier"), config.HiddenSize, classCount: 1, config.SummaryDropout);

    protected override Tensor Score(ForwardContext context, EncoderOutput encoder, RaggedBatch batch) =>
        _classifier.Forward(context, _summary.Forward(context, context.FirstTokens(encoder.LastHiddenState, batch), Activation.Gelu));
}
