using System.Numerics.Tensors;
using Akin.Kernels;

namespace Akin.Pipelines;

/// <summary>Similarities of embeddings, as <c>sentence_transformers.util.similarity</c> computes them (version 6.2).</summary>
public static class EmbeddingSimilarity
{
    /// <summary>The similarity of every embedding of one list with every embedding of another.</summary>
    /// <param name="function">How it is measured.</param>
    /// <param name="left"><c>[rows][dimension]</c>.</param>
    /// <param name="right"><c>[columns][dimension]</c>.</param>
    /// <returns><c>[rows][columns]</c>.</returns>
    /// <exception cref="ArgumentException">Two embeddings differ in dimension.</exception>
    public static float[][] Matrix(SimilarityFunction function, IReadOnlyList<float[]> left, IReadOnlyList<float[]> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        RowBody body = new(function, left, right);
        WorkerPool.Shared.For(left.Count, ref body);
        return body.Result;
    }

    /// <summary>The similarity of the first embeddings of two lists, of the second ones, and so on.</summary>
    /// <param name="function">How it is measured.</param>
    /// <param name="left"><c>[pairs][dimension]</c>.</param>
    /// <param name="right"><c>[pairs][dimension]</c>.</param>
    /// <returns><c>[pairs]</c>.</returns>
    /// <exception cref="ArgumentException">The lists differ in length, or two embeddings in dimension.</exception>
    public static float[] Pairwise(SimilarityFunction function, IReadOnlyList<float[]> left, IReadOnlyList<float[]> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Count != right.Count)
        {
            throw new ArgumentException($"There are {left.Count} embeddings on the left and {right.Count} on the right: pairs need as many.", nameof(right));
        }

        float[] result = new float[left.Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Similarity(function, left[i], right[i]);
        }

        return result;
    }

    /// <summary>The similarity of two embeddings.</summary>
    /// <param name="function">How it is measured.</param>
    /// <param name="left"><c>[dimension]</c>.</param>
    /// <param name="right"><c>[dimension]</c>.</param>
    /// <exception cref="ArgumentException">They differ in dimension.</exception>
    public static float Similarity(SimilarityFunction function, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        if (left.Length != right.Length)
        {
            throw new ArgumentException($"One embedding has {left.Length} dimensions, the other {right.Length}: use the same model for both.", nameof(right));
        }

        return function switch
        {
            // As the reference: each vector is divided by max(length, ε), so that a vector of zeros is like nothing at all.
            SimilarityFunction.Cosine => TensorPrimitives.Dot(left, right) / (Length(left) * Length(right)),
            SimilarityFunction.Dot => TensorPrimitives.Dot(left, right),
            SimilarityFunction.Euclidean => -TensorPrimitives.Distance(left, right),
            SimilarityFunction.Manhattan => -Manhattan(left, right),
            _ => throw new ArgumentOutOfRangeException(nameof(function), function, "Unknown similarity function."),
        };
    }

    private static float Length(ReadOnlySpan<float> vector) => Math.Max(TensorPrimitives.Norm(vector), Normalize.DefaultEpsilon);

    private static float Manhattan(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        float sum = 0;
        Span<float> differences = stackalloc float[256];
        for (int start = 0; start < left.Length; start += differences.Length)
        {
            int count = Math.Min(differences.Length, left.Length - start);
            TensorPrimitives.Subtract(left.Slice(start, count), right.Slice(start, count), differences);
            sum += TensorPrimitives.SumOfMagnitudes<float>(differences[..count]);
        }

        return sum;
    }

    private readonly struct RowBody(SimilarityFunction function, IReadOnlyList<float[]> left, IReadOnlyList<float[]> right) : IParallelBody
    {
        public float[][] Result { get; } = new float[left.Count][];

        public void Execute(int taskIndex)
        {
            float[] row = new float[right.Count];
            for (int column = 0; column < row.Length; column++)
            {
                row[column] = Similarity(function, left[taskIndex], right[column]);
            }

            Result[taskIndex] = row;
        }
    }
}
