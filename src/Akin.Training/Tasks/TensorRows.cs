using Akin.Tensors;

namespace Akin.Training.Tasks;

/// <summary>Cuts a head's scores into predictions, one for each example.</summary>
internal static class TensorRows
{
    /// <summary>A prediction for every row.</summary>
    public static IEnumerable<Prediction> Rows(this Tensor scores)
    {
        for (int row = 0; row < scores.RowCount; row++)
        {
            yield return new Prediction(scores.Row(row).ToArray(), scores.ColumnCount);
        }
    }

    /// <summary>A prediction for every text, of the rows of its tokens.</summary>
    public static IEnumerable<Prediction> RowsOfTexts(this Tensor scores, RaggedBatch texts)
    {
        int width = scores.ColumnCount;
        for (int text = 0; text < texts.SequenceCount; text++)
        {
            yield return new Prediction(scores.Span.Slice(texts.Offsets.Span[text] * width, texts.Length(text) * width).ToArray(), width);
        }
    }
}
