namespace Akin.Datasets.Processors;

/// <summary>CoLA of GLUE: <c>train.tsv</c> and <c>dev.tsv</c> have no header and the cells source, label, mark, sentence; <c>test.tsv</c> has a header, index and sentence.</summary>
public sealed class ColaProcessor() : DataProcessor("cola", "0", "1")
{
    /// <inheritdoc/>
    protected override bool HasHeader(ExampleSet set) => set == ExampleSet.Test;

    /// <inheritdoc/>
    protected override InputExample Read(ProcessorRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Set == ExampleSet.Test ? row.Example(row[1]) : row.Example(row[3], label: row[1]);
    }
}
