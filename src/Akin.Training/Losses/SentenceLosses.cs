using Akin.Pipelines;
using Akin.Search;

namespace Akin.Training.Losses;

/// <summary>Losses by the names of their classes, with their defaults: how commands and recipes name them.</summary>
public static class SentenceLosses
{
    private static readonly Dictionary<string, Func<SentenceLossParts, SentenceLoss>> Makers = new(StringComparer.Ordinal)
    {
        [nameof(MultipleNegativesRankingLoss)] = _ => new MultipleNegativesRankingLoss(),
        [nameof(CachedMultipleNegativesRankingLoss)] = parts => new CachedMultipleNegativesRankingLoss(parts.MiniBatchSize),
        [nameof(MultipleNegativesSymmetricRankingLoss)] = _ => new MultipleNegativesSymmetricRankingLoss(),
        [nameof(CachedMultipleNegativesSymmetricRankingLoss)] = parts => new CachedMultipleNegativesSymmetricRankingLoss(parts.MiniBatchSize),
        [nameof(GISTEmbedLoss)] = parts => new GISTEmbedLoss(GuideOf(parts)),
        [nameof(CachedGISTEmbedLoss)] = parts => new CachedGISTEmbedLoss(GuideOf(parts), parts.MiniBatchSize),
        [nameof(CosineSimilarityLoss)] = _ => new CosineSimilarityLoss(),
        [nameof(CoSENTLoss)] = _ => new CoSENTLoss(),
        [nameof(AnglELoss)] = _ => new AnglELoss(),
        [nameof(SoftmaxLoss)] = parts => new SoftmaxLoss(parts.EmbeddingSize, parts.LabelCount ?? throw new LossInputException(
            $"{nameof(SoftmaxLoss)} wants to know how many classes there are."), parts.Seed),
        [nameof(ContrastiveLoss)] = _ => new ContrastiveLoss(),
        [nameof(OnlineContrastiveLoss)] = _ => new OnlineContrastiveLoss(),
        [nameof(TripletLoss)] = _ => new TripletLoss(),
        [nameof(BatchAllTripletLoss)] = _ => new BatchAllTripletLoss(),
        [nameof(BatchHardTripletLoss)] = _ => new BatchHardTripletLoss(),
        [nameof(BatchSemiHardTripletLoss)] = _ => new BatchSemiHardTripletLoss(),
        [nameof(BatchHardSoftMarginTripletLoss)] = _ => new BatchHardSoftMarginTripletLoss(),
        [nameof(MarginMSELoss)] = _ => new MarginMSELoss(),
        [nameof(DistillKLDivLoss)] = _ => new DistillKLDivLoss(),
        [nameof(MSELoss)] = _ => new MSELoss(),
        [nameof(MegaBatchMarginLoss)] = parts => new MegaBatchMarginLoss(parts.MiniBatchSize),
        [nameof(ContrastiveTensionLoss)] = parts => new ContrastiveTensionLoss(TwinOf(parts)),
        [nameof(ContrastiveTensionLossInBatchNegatives)] = parts => new ContrastiveTensionLossInBatchNegatives(TwinOf(parts)),
        [nameof(DenoisingAutoEncoderLoss)] = DenoiserOf,
    };

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Keys];

    /// <summary>Makes a loss.</summary>
    /// <param name="name">The name of the class, such as <c>MultipleNegativesRankingLoss</c>.</param>
    /// <param name="parts">What some of the losses need.</param>
    /// <exception cref="LossInputException">There is no loss of this name, or it needs a part that is missing.</exception>
    public static SentenceLoss Create(string name, SentenceLossParts parts)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(parts);
        return Makers.TryGetValue(name, out Func<SentenceLossParts, SentenceLoss>? make)
            ? make(parts)
            : throw new LossInputException($"There is no loss '{name}'. Losses of sentence models: {string.Join(", ", Names)}.");
    }

    private static DenoisingAutoEncoderLoss DenoiserOf(SentenceLossParts parts)
    {
        SentenceTransformer model = parts.Model ?? throw new LossInputException($"{nameof(DenoisingAutoEncoderLoss)} wants the model that is trained.");
        try
        {
            return new DenoisingAutoEncoderLoss(model, parts.Seed);
        }
        catch (NotSupportedException error)
        {
            throw new LossInputException($"{nameof(DenoisingAutoEncoderLoss)} does not fit the model. {error.Message}");
        }
    }

    private static SentenceTransformer TwinOf(SentenceLossParts parts) =>
        parts.Twin?.Invoke() ?? throw new LossInputException("A loss of contrastive tension wants a second copy of the model.");

    private static IEncoder GuideOf(SentenceLossParts parts) =>
        parts.Guide ?? throw new LossInputException($"{nameof(GISTEmbedLoss)} wants a guide: a second, better model.");
}
