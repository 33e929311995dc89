namespace Akin.Datasets.Collators;

/// <summary>
/// Fills <c>input_ids</c>, <c>token_type_ids</c> and <c>attention_mask</c> up to one length, and makes the mask where there is none.
/// Other columns of numbers are stacked; <c>label</c> and <c>label_ids</c> become <c>labels</c>.
/// </summary>
/// <param name="padding">How sequences are filled up; null for the defaults.</param>
public sealed class DataCollatorWithPadding(TokenPadding? padding = null) : IDataCollator
{
    private static readonly string[] Padded = [ExampleReader.InputIds, ExampleReader.TokenTypeIds, ExampleReader.AttentionMask, ExampleReader.SpecialTokensMask];

    private readonly TokenPadding _padding = padding ?? new TokenPadding();

    /// <inheritdoc/>
    public CollatedBatch Collate(IReadOnlyList<IReadOnlyDictionary<string, object?>> features, long batchNumber = 0)
    {
        CollatedBatch batch = [];
        if (features.Count > 0)
        {
            PadTokens(batch, features, _padding);
            ExampleReader.AddTensors(batch, features, features[0].Keys.Except(Padded));
        }

        return batch;
    }

    internal static void PadTokens(CollatedBatch batch, IReadOnlyList<IReadOnlyDictionary<string, object?>> features, TokenPadding padding)
    {
        long[][] ids = ExampleReader.Sequences(features, ExampleReader.InputIds);
        int length = padding.LengthFor(ids.Select(sequence => sequence.Length));
        int[] shape = [features.Count, length];
        batch[ExampleReader.InputIds] = new CollatedTensor(shape, padding.Fill(ids, length, padding.PadTokenId));
        if (features[0].ContainsKey(ExampleReader.TokenTypeIds))
        {
            batch[ExampleReader.TokenTypeIds] = new CollatedTensor(shape, padding.Fill(Fitting(features, ExampleReader.TokenTypeIds, ids), length, padding.PadTokenTypeId));
        }

        long[][] mask = features[0].ContainsKey(ExampleReader.AttentionMask)
            ? Fitting(features, ExampleReader.AttentionMask, ids)
            : Array.ConvertAll(ids, sequence => Enumerable.Repeat(1L, sequence.Length).ToArray());
        batch[ExampleReader.AttentionMask] = new CollatedTensor(shape, padding.Fill(mask, length, 0));
    }

    internal static long[][] Fitting(IReadOnlyList<IReadOnlyDictionary<string, object?>> features, string column, long[][] ids)
    {
        long[][] sequences = ExampleReader.Sequences(features, column);
        for (int row = 0; row < ids.Length; row++)
        {
            if (sequences[row].Length != ids[row].Length)
            {
                throw new DatasetException($"example {row}: column '{column}' holds {sequences[row].Length} values for {ids[row].Length} tokens.");
            }
        }

        return sequences;
    }
}
