namespace Akin.Datasets.Processors;

/// <summary>SST-2 of GLUE: header, then sentence and label (<c>test.tsv</c>: index and sentence).</summary>
public sealed class Sst2Processor() : DataProcessor("sst-2", "0", "1")
{
    /// <inheritdoc/>
    protected override bool HasHeader(ExampleSet set) => true;

    /// <inheritdoc/>
    protected override InputExample Read(ProcessorRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Set == ExampleSet.Test ? row.Example(row[1]) : row.Example(row[0], label: row[1]);
    }
}
