namespace Akin.Datasets.Columns;

/// <summary>Some rows: a column of equal length for each feature.</summary>
internal sealed class RecordBatch(Features features, ColumnData[] columns, int length)
{
    public Features Features { get; } = features;

    public ColumnData[] Columns { get; } = columns;

    public int Length { get; } = length;

    /// <summary>Whether the values lie in a mapped file already, so that they cost no memory.</summary>
    public bool IsMapped { get; init; }

    /// <summary>The same rows with columns chosen, in the order given.</summary>
    public RecordBatch Choose(Features features, ReadOnlySpan<int> places)
    {
        ColumnData[] chosen = new ColumnData[places.Length];
        for (int place = 0; place < chosen.Length; place++)
        {
            chosen[place] = Columns[places[place]];
        }

        return new RecordBatch(features, chosen, Length) { IsMapped = IsMapped };
    }
}
