namespace Akin.Datasets.Columns;

/// <summary>Batches one after the other, all with the same features.</summary>
internal sealed class Table
{
    private readonly int[] _ends;

    public Table(Features features, IReadOnlyList<RecordBatch> batches)
    {
        Features = features;
        Batches = [.. batches.Where(batch => batch.Length > 0)];
        _ends = new int[Batches.Length];
        long end = 0;
        for (int batch = 0; batch < Batches.Length; batch++)
        {
            end += Batches[batch].Length;
            _ends[batch] = end <= int.MaxValue
                ? (int)end
                : throw new DatasetException($"a data set holds up to {int.MaxValue} rows; split this one, or stream it.");
        }

        RowCount = (int)end;
    }

    public Features Features { get; }

    public RecordBatch[] Batches { get; }

    public int RowCount { get; }

    /// <summary>The batch that holds a row, and the row's place in it.</summary>
    public (RecordBatch Batch, int Index) Locate(int row)
    {
        int batch = Array.BinarySearch(_ends, row + 1);
        batch = batch < 0 ? ~batch : batch;
        return (Batches[batch], batch == 0 ? row : row - _ends[batch - 1]);
    }

    /// <summary>The same rows with columns chosen and named by <paramref name="features"/>.</summary>
    public Table Choose(Features features, int[] places) => new(features, [.. Batches.Select(batch => batch.Choose(features, places))]);

    /// <summary>The same rows under types of the same layouts.</summary>
    public Table As(Features features) => new(
        features,
        [.. Batches.Select(batch => new RecordBatch(features, [.. batch.Columns.Zip(features.Values, (column, feature) => column.As(feature))], batch.Length) { IsMapped = batch.IsMapped })]);
}
