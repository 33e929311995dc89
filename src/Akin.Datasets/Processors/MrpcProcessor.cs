namespace Akin.Datasets.Processors;

/// <summary>MRPC of GLUE: header, then label (in <c>test.tsv</c> an index), two ids, two sentences.</summary>
public sealed class MrpcProcessor() : DataProcessor("mrpc", "0", "1")
{
    /// <inheritdoc/>
    protected override bool HasHeader(ExampleSet set) => true;

    /// <inheritdoc/>
    protected override InputExample Read(ProcessorRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Example(row[3], row[4], row[0]);
    }
}
