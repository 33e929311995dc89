using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary>Similarities and distances as the losses use them.</summary>
internal static class LossSimilarity
{
    /// <summary>Of all pairs of two sets of rows, <c>[n, m]</c>.</summary>
    public static Tensor OfAllPairs(this SimilarityFunction function, ForwardContext context, Tensor left, Tensor right) => function switch
    {
        SimilarityFunction.Cosine => context.CosSim(left, right),
        SimilarityFunction.Dot => context.DotScore(left, right),
        SimilarityFunction.Euclidean => context.EuclideanSim(left, right),
        _ => context.ManhattanSim(left, right),
    };

    /// <summary>Of rows with the same number, <c>[n]</c>.</summary>
    public static Tensor OfRows(this SimilarityFunction function, ForwardContext context, Tensor left, Tensor right) => function switch
    {
        SimilarityFunction.Cosine => context.PairwiseCosSim(left, right),
        SimilarityFunction.Dot => context.PairwiseDotScore(left, right),
        SimilarityFunction.Euclidean => context.PairwiseEuclideanSim(left, right),
        _ => context.PairwiseManhattanSim(left, right),
    };

    /// <summary>Of the first column with every other column, row by row, <c>[n, columns - 1]</c>.</summary>
    public static Tensor OfFirstWithOthers(this SimilarityFunction function, ForwardContext context, IReadOnlyList<Tensor> columns) => context.Concatenate(
        axis: 1, [.. columns.Skip(1).Select(column => context.Reshape(function.OfRows(context, columns[0], column), new Shape(column.RowCount, 1)))]);

    /// <summary>The distances of rows with the same number, without the ε that Sentence-Transformers adds in some losses, <c>[n]</c>.</summary>
    public static Tensor OfRows(this EmbeddingDistance distance, ForwardContext context, Tensor left, Tensor right) => distance switch
    {
        EmbeddingDistance.Cosine => context.Affine(context.PairwiseCosSim(left, right), -1, 1),
        EmbeddingDistance.Euclidean => context.Norm(context.Subtract(left, right)),
        _ => context.Norm(context.Subtract(left, right), p: 1),
    };
}
