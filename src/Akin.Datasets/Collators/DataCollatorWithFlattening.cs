namespace Akin.Datasets.Collators;

/// <summary>
/// Puts all sequences into one row without padding: <c>position_ids</c> begin anew with each, <c>seq_idx</c> numbers them, <c>cu_seq_lens</c> tells where they begin,
/// and the first label of each is −100.
/// </summary>
public sealed class DataCollatorWithFlattening : IDataCollator
{
    /// <inheritdoc/>
    public CollatedBatch Collate(IReadOnlyList<IReadOnlyDictionary<string, object?>> features, long batchNumber = 0)
    {
        long[][] ids = ExampleReader.Sequences(features, ExampleReader.InputIds);
        long[][] given = features.Count > 0 && features[0].ContainsKey(ExampleReader.Labels) ? DataCollatorWithPadding.Fitting(features, ExampleReader.Labels, ids) : ids;
        int[] shape = [1, ids.Sum(sequence => sequence.Length)];
        long[] starts = new long[ids.Length + 1];
        for (int row = 0; row < ids.Length; row++)
        {
            starts[row + 1] = starts[row] + ids[row].Length;
        }

        return new CollatedBatch
        {
            [ExampleReader.InputIds] = new CollatedTensor(shape, [.. ids.SelectMany(sequence => sequence)]),
            [ExampleReader.Labels] = new CollatedTensor(shape, [.. given.SelectMany(sequence => sequence.Select((label, place) => place == 0 ? ExampleReader.IgnoredLabel : label))]),
            ["position_ids"] = new CollatedTensor(shape, [.. ids.SelectMany(sequence => sequence.Select((_, place) => (long)place))]),
            ["seq_idx"] = new CollatedTensor(shape, [.. ids.SelectMany((sequence, row) => sequence.Select(_ => (long)row))]),
            ["cu_seq_lens"] = new CollatedTensor([starts.Length], starts),
        };
    }
}
