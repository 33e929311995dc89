using Akin.Search.Lexical.Queries;
using Akin.Search.Vectors;

namespace Akin.Search.Hybrid;

/// <summary>What words and meaning add to the score of a document that either of them found, for one query.</summary>
/// <remarks>
/// BM25 counts as it is: it is a sum of what each word tells, so a document that repeats a long question stands far above the next one, and one that shares a word or two with a short
/// question does not. Every model spreads its cosines differently: they count in deviations of the best hundred, above the last of these. Where the words point at one document,
/// meaning counts less: its weight is multiplied by second / first of the scores by words, though at least by 0.1.
/// </remarks>
internal readonly struct HybridScore
{
    /// <summary>The best documents by meaning whose scores tell how widely the model spreads them.</summary>
    public const int Depth = 100;

    // Of BM25, for a deviation by meaning. With 0.55 to 0.7 both halves gain on SciFact, KorQuAD, CMRC, XQuAD and Cranfield (docs/decisions/0013).
    private const double PointsADeviation = 0.7;

    private const double LeastDoubt = 0.1;
    private const double LeastDeviation = 1e-9;

    private readonly double _wordsWeight;
    private readonly double _meaningWeight;
    private readonly double _last;

    /// <param name="weights">How much words and meaning count.</param>
    /// <param name="words">The ranking by words, best first.</param>
    /// <param name="meaning">The ranking by vectors, best first.</param>
    public HybridScore(HybridWeights weights, ReadOnlySpan<RowHit> words, ReadOnlySpan<RowScore> meaning)
    {
        ReadOnlySpan<RowScore> best = meaning[..Math.Min(Depth, meaning.Length)];
        double sum = 0, squares = 0;
        foreach (RowScore row in best)
        {
            sum += row.Score;
        }

        foreach (RowScore row in best)
        {
            squares += (row.Score - (sum / best.Length)) * (row.Score - (sum / best.Length));
        }

        double deviation = Math.Max(Math.Sqrt(squares / Math.Max(1, best.Length)), LeastDeviation);
        double doubt = words.Length == 0 || weights.Words == 0 ? 1 : Math.Clamp(words.Length == 1 ? 0 : words[1].Score / words[0].Score, LeastDoubt, 1);
        _last = best.Length == 0 ? 0 : best[^1].Score;
        _wordsWeight = weights.Words;
        _meaningWeight = weights.Meaning * PointsADeviation * doubt / deviation;
    }

    /// <summary>What the words add.</summary>
    /// <param name="score">The document's BM25; 0 where it has no word of the query.</param>
    public double OfWords(double score) => _wordsWeight * score;

    /// <summary>What meaning adds; negative for a document farther away than the nearest hundred.</summary>
    /// <param name="score">The document's cosine, or its score by the index's metric.</param>
    public double OfMeaning(double score) => _meaningWeight * (score - _last);
}
