namespace Akin.Pipelines;

/// <summary>A function has failed for a row.</summary>
/// <param name="row">The row, from 0.</param>
/// <param name="error">Why.</param>
public sealed class RowException(long row, Exception error) : Exception($"Row {row}: {error?.Message}", error)
{
    /// <summary>The row, from 0.</summary>
    public long Row { get; } = row;
}
