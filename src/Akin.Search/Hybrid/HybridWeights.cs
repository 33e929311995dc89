namespace Akin.Search.Hybrid;

/// <summary>How much words and meaning count when both search.</summary>
/// <param name="Words">The weight of the ranking by words, at least 0.</param>
/// <param name="Meaning">The weight of the ranking by vectors, at least 0.</param>
public sealed record HybridWeights(double Words, double Meaning)
{
    /// <summary>Self-made queries that weights are learnt from, at most.</summary>
    public const int QueryCount = 200;

    // Of the answers to a self-made query, those that are looked at.
    internal const int LearningDepth = 10;

    /// <summary>Both alike: where there is nothing to learn from.</summary>
    public static HybridWeights Equal { get; } = new(0.5, 0.5);

    /// <summary>The weights of a share of meaning.</summary>
    /// <param name="share">0 for words alone, 1 for meaning alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside 0 … 1.</exception>
    public static HybridWeights OfMeaning(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return new HybridWeights(1 - share, share);
    }

    /// <summary>
    /// Learns weights from the documents themselves: a sentence is a query, the document it stands in its answer. Who finds it late, as a model does that was not made
    /// for the language, gets little weight: both get the mean of 1 / rank.
    /// </summary>
    /// <param name="queries">The queries.</param>
    /// <param name="words">The answers to them by words, best first.</param>
    /// <param name="meaning">The answers by vectors.</param>
    internal static HybridWeights Learn(IReadOnlyList<SelfMadeQuery> queries, IReadOnlyList<IReadOnlyList<string>> words, IReadOnlyList<IReadOnlyList<string>> meaning)
    {
        (double byWords, double byMeaning) = (Worth(queries, words), Worth(queries, meaning));
        return byWords + byMeaning == 0 ? Equal : OfMeaning(byMeaning / (byWords + byMeaning));
    }

    private static double Worth(IReadOnlyList<SelfMadeQuery> queries, IReadOnlyList<IReadOnlyList<string>> answers) =>
        queries.Count == 0
            ? 0
            : queries.Zip(answers, (query, found) => found.Take(LearningDepth).Index().Where(answer => answer.Item == query.DocumentId).Sum(answer => 1.0 / (answer.Index + 1))).Average();
}
