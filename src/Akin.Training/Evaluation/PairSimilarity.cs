using Akin.Pipelines;

namespace Akin.Training.Evaluation;

/// <summary>Similarities of pairs of embeddings in double precision: how close pairs rank must not depend on rounding here.</summary>
internal static class PairSimilarity
{
    // As the reference: a vector counts as at least this long, so that a vector of zeros is like nothing at all.
    private const double MinimumLength = 1e-12;

    public static double[] Of(SimilarityFunction function, float[][] left, float[][] right) =>
        [.. left.Zip(right, (first, second) => Of(function, first, second))];

    private static double Of(SimilarityFunction function, float[] left, float[] right)
    {
        if (left.Length != right.Length)
        {
            throw new ArgumentException($"One embedding has {left.Length} dimensions, the other {right.Length}: use the same model for both.", nameof(right));
        }

        double dot = 0, leftSquares = 0, rightSquares = 0, squares = 0, magnitudes = 0;
        for (int i = 0; i < left.Length; i++)
        {
            double difference = (double)left[i] - right[i];
            dot += (double)left[i] * right[i];
            leftSquares += (double)left[i] * left[i];
            rightSquares += (double)right[i] * right[i];
            squares += difference * difference;
            magnitudes += Math.Abs(difference);
        }

        return function switch
        {
            SimilarityFunction.Cosine => dot / Math.Max(Math.Sqrt(leftSquares), MinimumLength) / Math.Max(Math.Sqrt(rightSquares), MinimumLength),
            SimilarityFunction.Dot => dot,
            SimilarityFunction.Euclidean => -Math.Sqrt(squares),
            SimilarityFunction.Manhattan => -magnitudes,
            _ => throw new ArgumentOutOfRangeException(nameof(function), function, "Unknown similarity function."),
        };
    }
}
