using Akin.Tensors;

namespace Akin.Training.Losses;

/// <summary>The margins of a teacher, given as they are or as the scores they are made of.</summary>
internal static class TeacherMargins
{
    /// <summary>Positive minus negative, <c>[batch, negatives]</c>.</summary>
    public static Tensor Of(string loss, Tensor labels, int batchSize, int negativeCount)
    {
        int perRow = batchSize == 0 ? negativeCount : (int)(labels.Shape.ElementCount / batchSize);
        Tensor margins = new(new Shape(batchSize, negativeCount));
        if (perRow == negativeCount)
        {
            labels.Span.CopyTo(margins.Span);
            return margins;
        }

        if (perRow != negativeCount + 1)
        {
            throw new LossInputException(
                $"{loss} wants of every row {negativeCount} margin(s), one for each negative, or {negativeCount + 1} scores, the positive's first; found labels of shape {labels.Shape}.");
        }

        for (int row = 0; row < batchSize; row++)
        {
            ReadOnlySpan<float> scores = labels.Span.Slice(row * perRow, perRow);
            for (int i = 0; i < negativeCount; i++)
            {
                margins.Row(row)[i] = scores[0] - scores[i + 1];
            }
        }

        return margins;
    }
}
