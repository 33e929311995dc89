using Akin.Models.Heads;
using Akin.Tensors;

namespace Akin.Models.Architectures;

/// <summary>XLM-RoBERTa: Conneau et al. 2019, "Unsupervised Cross-lingual Representation Learning at Scale", https://arxiv.org/abs/1911.02116.</summary>
/// <remarks>
/// <see cref="Roberta"/> with another vocabulary, trained on a hundred languages: the same configuration, layers and weight paths (<c>roberta.…</c>). Its
/// models are types of their own only because a saved <c>config.json</c> names them.
/// </remarks>
internal static class XLMRoberta
{
    public static Architecture Architecture { get; } =
        new Architecture<RobertaConfig>("xlm-roberta", "roberta.", Roberta.HeadWeights, json => new RobertaConfig(json))
            .With<EncoderModel>((config, weights) => new XLMRobertaModel(config, weights.Sub("roberta"), weights.Contains("roberta.pooler.dense.weight")))
            .With<MaskedLanguageModel>((config, weights) => new XLMRobertaForMaskedLM(config, weights))
            .With<CausalLanguageModel>((config, weights) => new XLMRobertaForCausalLM(config, weights))
            .With<SequenceClassificationModel>((config, weights) => new XLMRobertaForSequenceClassification(config, weights))
            .With<TokenClassificationModel>((config, weights) => new XLMRobertaForTokenClassification(config, weights))
            .With<QuestionAnsweringModel>((config, weights) => new XLMRobertaForQuestionAnswering(config, weights))
            .With<MultipleChoiceModel>((config, weights) => new XLMRobertaForMultipleChoice(config, weights));
}

/// <inheritdoc/>
internal sealed class XLMRobertaModel(RobertaConfig config, Weights weights, bool hasPooler) : RobertaModel(config, weights, hasPooler);

/// <inheritdoc/>
internal sealed class XLMRobertaForMaskedLM(RobertaConfig config, Weights weights) : RobertaForMaskedLM(config, weights);

/// <inheritdoc/>
internal sealed class XLMRobertaForCausalLM(RobertaConfig config, Weights weights) : RobertaForCausalLM(config, weights);

/// <inheritdoc/>
internal sealed class XLMRobertaForSequenceClassification(RobertaConfig config, Weights weights) : RobertaForSequenceClassification(config, weights);

/// <inheritdoc/>
internal sealed class XLMRobertaForTokenClassification(RobertaConfig config, Weights weights) : RobertaForTokenClassification(config, weights);

/// <inheritdoc/>
internal sealed class XLMRobertaForQuestionAnswering(RobertaConfig config, Weights weights) : RobertaForQuestionAnswering(config, weights);

/// <inheritdoc/>
internal sealed class XLMRobertaForMultipleChoice(RobertaConfig config, Weights weights) : RobertaForMultipleChoice(config, weights);
