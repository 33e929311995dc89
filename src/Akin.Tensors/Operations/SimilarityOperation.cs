using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>Similarities and distances of vectors: of all pairs of two sets of rows, or of rows with the same number (pairwise).</summary>
/// <remarks>Names and formulas are those of PyTorch and of Sentence-Transformers' <c>util</c>; a similarity made of a distance is its negative.</remarks>
public static class SimilarityOperation
{
    /// <summary>Cosines of all pairs.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="left">x, <c>[n, size]</c>.</param>
    /// <param name="right">y, <c>[m, size]</c>.</param>
    /// <returns><c>[n, m]</c>.</returns>
    /// <exception cref="ArgumentException">The rows have different sizes.</exception>
    public static Tensor CosSim(this ForwardContext context, Tensor left, Tensor right) =>
        context.DotScore(context.Normalize(left), context.Normalize(right));

    /// <summary>Dot products of all pairs.</summary>
    /// <inheritdoc cref="CosSim"/>
    public static Tensor DotScore(this ForwardContext context, Tensor left, Tensor right) =>
        context.MatMul(left, right, transposeRight: Transpose.Yes);

    /// <summary>Negative Euclidean distances of all pairs.</summary>
    /// <inheritdoc cref="CosSim"/>
    public static Tensor EuclideanSim(this ForwardContext context, Tensor left, Tensor right) => context.Negate(context.CDist(left, right));

    /// <summary>Negative Manhattan distances of all pairs.</summary>
    /// <inheritdoc cref="CosSim"/>
    public static Tensor ManhattanSim(this ForwardContext context, Tensor left, Tensor right) => context.Negate(context.CDist(left, right, p: 1));

    /// <summary>Cosines along one dimension; each length is at least ε, so that the cosine with a vector of zeros is 0.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="left">x.</param>
    /// <param name="right">y, of a shape that fits x's.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last. Default: the last.</param>
    /// <param name="epsilon">ε. Default: 1e-8.</param>
    /// <returns>The shape without that dimension.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor CosineSimilarity(this ForwardContext context, Tensor left, Tensor right, int axis = -1, float epsilon = 1e-8f) =>
        context.Sum(context.Multiply(context.Normalize(left, axis, epsilon: epsilon), context.Normalize(right, axis, epsilon: epsilon)), axis);

    /// <summary>Cosines of rows with the same number.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="left">x, <c>[n, size]</c>.</param>
    /// <param name="right">y, the same shape.</param>
    /// <returns><c>[n]</c>.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor PairwiseCosSim(this ForwardContext context, Tensor left, Tensor right) =>
        context.PairwiseDotScore(context.Normalize(left), context.Normalize(right));

    /// <summary>Dot products of rows with the same number.</summary>
    /// <inheritdoc cref="PairwiseCosSim"/>
    public static Tensor PairwiseDotScore(this ForwardContext context, Tensor left, Tensor right) =>
        context.Sum(context.Multiply(left, right), axis: -1);

    /// <summary>Negative Euclidean distances of rows with the same number.</summary>
    /// <inheritdoc cref="PairwiseCosSim"/>
    public static Tensor PairwiseEuclideanSim(this ForwardContext context, Tensor left, Tensor right) =>
        context.Negate(context.Norm(context.Subtract(left, right)));

    /// <summary>Negative Manhattan distances of rows with the same number.</summary>
    /// <inheritdoc cref="PairwiseCosSim"/>
    public static Tensor PairwiseManhattanSim(this ForwardContext context, Tensor left, Tensor right) =>
        context.Negate(context.Norm(context.Subtract(left, right), p: 1));

    /// <summary>Distances of rows with the same number; ε is added to every difference, so that they are never quite 0.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="left">x, <c>[n, size]</c>.</param>
    /// <param name="right">y, the same shape.</param>
    /// <param name="p">The order of the norm, from 1. Default: 2.</param>
    /// <param name="epsilon">ε. Default: 1e-6.</param>
    /// <returns><c>[n]</c>.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor PairwiseDistance(this ForwardContext context, Tensor left, Tensor right, double p = 2, float epsilon = 1e-6f) =>
        context.Norm(context.Add(context.Subtract(left, right), epsilon), p: p);

    /// <summary>
    /// The angle similarity of rows with the same number (Li and Li 2023, "AnglE-optimized Text Embeddings", https://arxiv.org/abs/2309.12871): rows are
    /// complex vectors, their first half the real parts, and what is compared is their quotient.
    /// </summary>
    /// <remarks>With x = (a, b) and y = (c, d):  |Σ (a·c + b·d) + (b·c - a·d)| / (|x| · |y|).</remarks>
    /// <inheritdoc cref="PairwiseCosSim"/>
    public static Tensor PairwiseAngleSim(this ForwardContext context, Tensor left, Tensor right)
    {
        int size = left.ColumnCount;
        if (size % 2 != 0 || right.ColumnCount != size)
        {
            throw new ArgumentException($"Rows of shapes {left.Shape} and {right.Shape} are not complex vectors: their sizes must be equal and even.", nameof(left));
        }

        Tensor c = context.Slice(right, axis: -1, 0, size / 2);
        Tensor d = context.Slice(right, axis: -1, size / 2, size);

        // a·c + b·d + b·c - a·d = a·(c - d) + b·(c + d).
        Tensor turned = context.Concatenate(axis: -1, context.Subtract(c, d), context.Add(c, d));
        Tensor lengths = context.Multiply(context.Norm(left), context.Norm(right));
        return context.Abs(context.Divide(context.PairwiseDotScore(left, turned), lengths));
    }
}
