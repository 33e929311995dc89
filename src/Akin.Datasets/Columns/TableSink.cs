namespace Akin.Datasets.Columns;

/// <summary>Takes the batches of a new table.</summary>
internal sealed class TableSink(Features features) : IDisposable
{
    private readonly List<RecordBatch> _batches = [];

    public void Add(RecordBatch batch) => _batches.Add(batch);

    public Table Complete() => new(features, _batches);

    public void Dispose()
    {
    }
}
