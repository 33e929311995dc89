using System.Numerics.Tensors;

namespace Akin.Training.Tasks;

/// <summary>What a model says about one example.</summary>
/// <param name="Scores">Logits, row-major; the task says of what.</param>
/// <param name="ColumnCount">Numbers in a row: labels, choices, tokens.</param>
public sealed record Prediction(float[] Scores, int ColumnCount)
{
    /// <summary>How many rows there are: tokens of a tagger, 1 for a whole text.</summary>
    public int RowCount => ColumnCount == 0 ? 0 : Scores.Length / ColumnCount;

    /// <summary>One row.</summary>
    /// <param name="row">From 0.</param>
    public ReadOnlySpan<float> Row(int row) => Scores.AsSpan(row * ColumnCount, ColumnCount);

    /// <summary>The column with the best score.</summary>
    /// <param name="row">From 0. Default: the first row.</param>
    public int Best(int row = 0) => TensorPrimitives.IndexOfMax(Row(row));
}
