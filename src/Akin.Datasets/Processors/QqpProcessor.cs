namespace Akin.Datasets.Processors;

/// <summary>QQP of GLUE: header, then three ids, two questions and the label (<c>test.tsv</c>: index and two questions).</summary>
public sealed class QqpProcessor() : DataProcessor("qqp", "0", "1")
{
    /// <inheritdoc/>
    protected override bool HasHeader(ExampleSet set) => true;

    /// <inheritdoc/>
    protected override InputExample Read(ProcessorRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Set == ExampleSet.Test ? row.Example(row[1], row[2]) : row.Example(row[3], row[4], row[5]);
    }
}
