using System.Numerics.Tensors;

namespace Akin.Search.Fusion;

/// <summary>Chooses hits that answer and differ from one another (Carbonell and Goldstein 1998, https://doi.org/10.1145/290941.291025).</summary>
public static class MaximalMarginalRelevance
{
    /// <summary>Takes, one after the other, the candidate with the greatest λ · relevance − (1 − λ) · greatest cosine with what was taken before.</summary>
    /// <param name="relevance">The relevance of each candidate, on the scale of cosines.</param>
    /// <param name="vectors">The vector of each candidate, not all zero.</param>
    /// <param name="count">How many to take at most.</param>
    /// <param name="lambda">1: only relevance counts; 0: only difference. Default: 0.5.</param>
    /// <returns>The numbers of the candidates taken, in the order of taking; of equal ones, the earlier.</returns>
    /// <exception cref="ArgumentException">There are not as many vectors as relevances.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative, or λ is not from 0 to 1.</exception>
    public static int[] Select(IReadOnlyList<double> relevance, IReadOnlyList<float[]> vectors, int count, double lambda = 0.5)
    {
        ArgumentNullException.ThrowIfNull(relevance);
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!(lambda is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "λ is from 0 to 1.");
        }

        if (relevance.Count != vectors.Count)
        {
            throw new ArgumentException($"{relevance.Count} candidates have {vectors.Count} vectors.", nameof(vectors));
        }

        double[] nearest = new double[relevance.Count]; // the greatest cosine with what was taken; nothing is like nothing
        bool[] isTaken = new bool[relevance.Count];
        int[] taken = new int[Math.Min(count, relevance.Count)];
        for (int place = 0; place < taken.Length; place++)
        {
            int best = -1;
            double bestScore = double.NegativeInfinity;
            for (int candidate = 0; candidate < relevance.Count; candidate++)
            {
                double score = (lambda * relevance[candidate]) - ((1 - lambda) * nearest[candidate]);
                if (!isTaken[candidate] && (best < 0 || score > bestScore))
                {
                    (best, bestScore) = (candidate, score);
                }
            }

            taken[place] = best;
            isTaken[best] = true;
            for (int candidate = 0; candidate < relevance.Count; candidate++)
            {
                double cosine = TensorPrimitives.CosineSimilarity<float>(vectors[best], vectors[candidate]);
                nearest[candidate] = place == 0 ? cosine : Math.Max(nearest[candidate], cosine);
            }
        }

        return taken;
    }
}
