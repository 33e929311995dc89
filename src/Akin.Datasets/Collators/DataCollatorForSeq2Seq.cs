namespace Akin.Datasets.Collators;

/// <summary>As <see cref="DataCollatorWithPadding"/>, and <c>labels</c>, which have lengths of their own, are filled up with −100 on the same side and to the same multiple.</summary>
/// <param name="padding">How sequences are filled up; null for the defaults.</param>
/// <param name="decoderStartTokenId">
/// When given, <c>decoder_input_ids</c> are made of the labels: moved right by one behind this token, with −100 as the pad token.
/// </param>
public sealed class DataCollatorForSeq2Seq(TokenPadding? padding = null, int? decoderStartTokenId = null) : IDataCollator
{
    private readonly TokenPadding _padding = padding ?? new TokenPadding();

    /// <inheritdoc/>
    public CollatedBatch Collate(IReadOnlyList<IReadOnlyDictionary<string, object?>> features, long batchNumber = 0)
    {
        CollatedBatch batch = [];
        if (features.Count == 0)
        {
            return batch;
        }

        DataCollatorWithPadding.PadTokens(batch, features, _padding);
        if (!features[0].ContainsKey(ExampleReader.Labels))
        {
            return batch;
        }

        long[][] labels = ExampleReader.Sequences(features, ExampleReader.Labels);
        int length = (_padding with { Length = null }).LengthFor(labels.Select(sequence => sequence.Length));
        int[] shape = [features.Count, length];
        long[] filled = _padding.Fill(labels, length, ExampleReader.IgnoredLabel);
        batch[ExampleReader.Labels] = new CollatedTensor(shape, filled);
        if (decoderStartTokenId is { } start)
        {
            batch["decoder_input_ids"] = new CollatedTensor(shape, ShiftRight(filled, length, start));
        }

        return batch;
    }

    private long[] ShiftRight(long[] labels, int length, int start)
    {
        long[] shifted = new long[labels.Length];
        for (int place = 0; place < labels.Length; place++)
        {
            long before = place % length == 0 ? start : labels[place - 1];
            shifted[place] = before == ExampleReader.IgnoredLabel ? _padding.PadTokenId : before;
        }

        return shifted;
    }
}
