namespace Akin.Datasets.Collators;

/// <summary>As <see cref="DataCollatorWithPadding"/>, and <c>labels</c>, one per token, are filled up on the same side.</summary>
/// <param name="padding">How sequences are filled up; null for the defaults.</param>
/// <param name="labelPadId">What fills labels up; default −100, which losses leave out.</param>
public sealed class DataCollatorForTokenClassification(TokenPadding? padding = null, int labelPadId = -100) : IDataCollator
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
        string? column = features[0].ContainsKey(ExampleReader.Labels) ? ExampleReader.Labels : features[0].ContainsKey("label") ? "label" : null;
        if (column is not null)
        {
            long[][] labels = DataCollatorWithPadding.Fitting(features, column, ExampleReader.Sequences(features, ExampleReader.InputIds));
            IReadOnlyList<int> shape = batch[ExampleReader.InputIds].Shape;
            batch[ExampleReader.Labels] = new CollatedTensor(shape, _padding.Fill(labels, shape[1], labelPadId));
        }

        return batch;
    }
}
