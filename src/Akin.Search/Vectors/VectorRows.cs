namespace Akin.Search.Vectors;

/// <summary>The check that everything computed from a matrix of vectors begins with.</summary>
internal static class VectorRows
{
    /// <summary>The number of rows of a matrix of finite numbers.</summary>
    /// <exception cref="ArgumentException">The matrix is empty, has no whole rows, or holds a number that is not finite; the row is named.</exception>
    public static int Count(ReadOnlySpan<float> vectors, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (vectors.Length == 0 || vectors.Length % dimension != 0)
        {
            throw new ArgumentException($"{vectors.Length} numbers are not one or more rows of {dimension}.", nameof(vectors));
        }

        for (int i = 0; i < vectors.Length; i++)
        {
            if (!float.IsFinite(vectors[i]))
            {
                throw new ArgumentException($"Row {i / dimension}, column {i % dimension} is {vectors[i]}; only finite numbers can be compared.", nameof(vectors));
            }
        }

        return vectors.Length / dimension;
    }
}
