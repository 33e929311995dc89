using System.Numerics.Tensors;

namespace Akin.Models.Checkpoints;

/// <summary>
/// Matrices as signed bytes: row r is the whole numbers q of tensor <c>NAME</c> (I8) times the number r of <c>NAME_scale</c> (F32, <c>[rows, 1]</c>), with
/// q = round(w / scale), halves to even, and scale = the largest |w| of the row / 127; a row of zeros has scale 0. The names are those of the
/// compressed-tensors format (its <c>int-quantized</c> layout with a scale for each channel).
/// </summary>
internal static class RowScaledBytes
{
    /// <summary>What the name of a matrix gets to be that of its scales.</summary>
    public const string ScaleSuffix = "_scale";

    /// <summary>What such tensors are called in messages.</summary>
    public const string Name = "I8 rows";

    private const float Largest = 127;

    /// <summary>Rounds the rows of a matrix.</summary>
    /// <param name="values"><c>[rows, columns]</c>, finite.</param>
    /// <param name="rowCount">Rows.</param>
    /// <param name="scales">Receives <c>[rows]</c>.</param>
    /// <returns><c>[rows, columns]</c>.</returns>
    public static byte[] Round(ReadOnlySpan<float> values, int rowCount, Span<float> scales)
    {
        byte[] rounded = new byte[values.Length];
        int columnCount = values.Length / Math.Max(rowCount, 1);
        for (int row = 0; row < rowCount; row++)
        {
            ReadOnlySpan<float> from = values.Slice(row * columnCount, columnCount);
            float scale = columnCount == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(from)) / Largest;
            scales[row] = scale;
            for (int i = 0; scale > 0 && i < from.Length; i++)
            {
                rounded[(row * columnCount) + i] = (byte)(sbyte)Math.Clamp(MathF.Round(from[i] / scale), -Largest, Largest);
            }
        }

        return rounded;
    }
}
