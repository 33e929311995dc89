namespace Akin.Datasets.Processors;

/// <summary>QNLI and RTE of GLUE: header, then index, two texts, and whether the second follows from the first (<c>test.tsv</c>: no label).</summary>
/// <param name="name">The name of the task.</param>
public sealed class EntailmentProcessor(string name) : DataProcessor(name, "entailment", "not_entailment")
{
    /// <inheritdoc/>
    protected override bool HasHeader(ExampleSet set) => true;

    /// <inheritdoc/>
    protected override InputExample Read(ProcessorRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Set == ExampleSet.Test ? row.Example(row[1], row[2]) : row.Example(row[1], row[2], row[3]);
    }
}
