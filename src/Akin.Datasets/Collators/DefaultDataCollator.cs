namespace Akin.Datasets.Collators;

/// <summary>Stacks columns of numbers that have one length already; text is left out, <c>label</c> and <c>label_ids</c> become <c>labels</c>.</summary>
public sealed class DefaultDataCollator : IDataCollator
{
    /// <inheritdoc/>
    public CollatedBatch Collate(IReadOnlyList<IReadOnlyDictionary<string, object?>> features, long batchNumber = 0)
    {
        CollatedBatch batch = [];
        if (features.Count > 0)
        {
            ExampleReader.AddTensors(batch, features, features[0].Keys);
        }

        return batch;
    }
}
