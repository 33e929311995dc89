namespace Akin.Training.Losses.CrossEncoders;

/// <summary>How many documents the queries of a batch have, for losses that put their scores into a matrix.</summary>
internal static class DocumentCount
{
    /// <exception cref="LossInputException">Not all have as many.</exception>
    public static int Of(string loss, IReadOnlyList<CrossEncoderExample> batch)
    {
        int count = batch[0].Documents.Count;
        for (int i = 1; i < batch.Count; i++)
        {
            if (batch[i].Documents.Count != count)
            {
                throw new LossInputException(
                    $"{loss} wants as many documents for every query: example 0 of the batch has {count}, example {i} has {batch[i].Documents.Count}.");
            }
        }

        return count;
    }
}
