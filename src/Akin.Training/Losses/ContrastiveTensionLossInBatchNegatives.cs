using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tensors.Operations;
using Akin.Training.Sentences;

namespace Akin.Training.Losses;

/// <summary>Trains a model on bare sentences: what one copy of it says of a sentence must be found among what the other says of all sentences of the batch.</summary>
/// <remarks>
/// <para>In words: <see cref="ContrastiveTensionLoss"/> with all other sentences of the batch as negatives, in both directions, and a scale that is learnt.</para>
/// <para>Inputs: <c>anchor, positive</c>, mostly the same sentence twice, no label; <see cref="FromTexts"/> makes them of sentences. Requirements: a second copy of the model,
/// loaded to be trained; no sentence twice in a batch.</para>
/// <para>Formula: the mean of both cross-entropies of eˢ · cos(uᵢ, vⱼ), where s begins as ln 20.</para>
/// <para>Relations: <see cref="MultipleNegativesSymmetricRankingLoss"/> with two models and a learnt scale.</para>
/// <para>Example: <c>new ContrastiveTensionLossInBatchNegatives(SentenceTransformer.FromPretrained(path, new SentenceTransformerOptions { IsTrainable = true }))</c>.</para>
/// </remarks>
public sealed class ContrastiveTensionLossInBatchNegatives : SentenceLoss
{
    private readonly Parameter _logScale;

    /// <summary>Makes the loss.</summary>
    /// <param name="twin">The second copy of the model, an object of its own.</param>
    /// <param name="scale">What cosines are multiplied by at the beginning. Default: 20.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not above 0.</exception>
    public ContrastiveTensionLossInBatchNegatives(SentenceTransformer twin, float scale = 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        Twin = twin;
        Weights weights = new(new RandomWeights(seed: 0, standardDeviation: 1), trainable: true);
        _logScale = weights.Load("logit_scale", new Shape(1), Initialization.Zeros);
        _logScale.Value.Span[0] = MathF.Log(scale);
        Parameters = [.. TwinParameters.Of(twin), _logScale];
    }

    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("anchor, positive", 2, 2, LossLabel.None));

    /// <inheritdoc/>
    public override SentenceTransformer Twin { get; }

    /// <summary>The twin's weights, and <c>logit_scale</c>.</summary>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override TextExamples FromTexts(IReadOnlyList<string> texts, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new TextExamples([.. texts.Select(text => new SentenceExample(text, text))], ["anchor", "positive"], LabelColumn: null);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        int[] own = [.. Enumerable.Range(0, input.BatchSize)];
        Tensor scores = context.Multiply(context.CosSim(input.Embeddings[0], input.Embeddings[1]), context.Exp(_logScale.Value));
        Tensor back = context.Transpose(scores, 0, 1);
        return context.WeightedSum(context.CrossEntropy(scores, own), 0.5f, context.CrossEntropy(back, own), 0.5f);
    }
}
