using Akin.Search.Evaluation;
using Akin.Search.Fusion;

namespace Akin.Search.Hybrid;

/// <summary>How much words and meaning count when both search.</summary>
/// <param name="Words">The weight of the ranking by words, at least 0.</param>
/// <param name="Meaning">The weight of the ranking by vectors, at least 0.</param>
public sealed record HybridWeights(double Words, double Meaning)
{
    /// <summary>Documents of each ranking that are fused.</summary>
    public const int Depth = 100;

    /// <summary>Self-made queries that weights are learnt from, at most.</summary>
    public const int QueryCount = 200;

    // Of the answers to a self-made query, those that are looked at.
    internal const int LearningDepth = 10;

    private const double LeastDoubt = 0.1;

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
    /// Makes one ranking of two by z-scores (<see cref="ScoreNormalization.ZScore"/>). Where the words point at one document, meaning counts less: its weight is multiplied by
    /// second / first of the scores by words, though at least by 0.1.
    /// </summary>
    /// <param name="words">The ranking by words, best first. If it is shorter than <see cref="Depth"/>, all other documents have score 0: no word of the query stands in them.</param>
    /// <param name="meaning">The ranking by vectors, best first.</param>
    /// <param name="count">How many documents to keep at most.</param>
    public IReadOnlyList<ScoredDocument> Fuse(IReadOnlyList<ScoredDocument> words, IReadOnlyList<ScoredDocument> meaning, int count = Depth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return [.. FuseParts(words, meaning).Take(count).Select(fused => fused.Document)];
    }

    /// <summary>The same for all documents, each with what words and meaning brought along.</summary>
    internal IEnumerable<(ScoredDocument Document, double? Words, double? Meaning)> FuseParts(IReadOnlyList<ScoredDocument> words, IReadOnlyList<ScoredDocument> meaning)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(meaning);
        if (words.Count is > 0 and < Depth)
        {
            HashSet<string> found = [.. words.Select(document => document.DocumentId)];
            words = [.. words, .. meaning.Where(document => !found.Contains(document.DocumentId)).Select(document => document with { Score = 0 })];
        }

        double doubt = words is [{ Score: > 0 and var first }, var second, ..] ? Math.Clamp(second.Score / first, LeastDoubt, 1) : 1;

        // Where meaning is all that counts, words only fill up.
        return new ScoreFusion { Normalization = ScoreNormalization.ZScore, Weights = [Words, Meaning * (Words > 0 ? doubt : 1)] }
            .FuseParts([words, meaning]).Select(fused => (fused.Document, fused.Parts[0], fused.Parts[1]));
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
