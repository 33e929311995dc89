namespace Akin.Training.Losses.CrossEncoders;

/// <summary>Cross-encoder losses by the names of their classes, with their defaults: how commands and recipes name them.</summary>
public static class CrossEncoderLosses
{
    private static readonly Dictionary<string, Func<CrossEncoderLoss>> Makers = new(StringComparer.Ordinal)
    {
        [nameof(BinaryCrossEntropyLoss)] = () => new BinaryCrossEntropyLoss(),
        [nameof(CrossEntropyLoss)] = () => new CrossEntropyLoss(),
        [nameof(MSELoss)] = () => new MSELoss(),
        [nameof(MarginMSELoss)] = () => new MarginMSELoss(),
        [nameof(MultipleNegativesRankingLoss)] = () => new MultipleNegativesRankingLoss(),
        [nameof(CachedMultipleNegativesRankingLoss)] = () => new CachedMultipleNegativesRankingLoss(),
        [nameof(LambdaLoss)] = () => new LambdaLoss(),
        [nameof(RankNetLoss)] = () => new RankNetLoss(),
        [nameof(ListNetLoss)] = () => new ListNetLoss(),
        [nameof(ListMLELoss)] = () => new ListMLELoss(),
        [nameof(PListMLELoss)] = () => new PListMLELoss(),
    };

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Keys];

    /// <summary>Makes a loss.</summary>
    /// <param name="name">The name of the class, such as <c>BinaryCrossEntropyLoss</c>.</param>
    /// <exception cref="LossInputException">There is no loss of this name.</exception>
    public static CrossEncoderLoss Create(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Makers.TryGetValue(name, out Func<CrossEncoderLoss>? make)
            ? make()
            : throw new LossInputException($"There is no loss '{name}'. Losses of cross-encoders: {string.Join(", ", Names)}.");
    }
}
