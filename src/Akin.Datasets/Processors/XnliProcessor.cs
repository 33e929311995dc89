namespace Akin.Datasets.Processors;

/// <summary>
/// XNLI in one language: <c>multinli/multinli.train.LANGUAGE.tsv</c> (header; premise, hypothesis, label) to learn from, the rows of <c>xnli.dev.tsv</c> in that
/// language (header; language, label, …, premise and hypothesis in the cells 7 and 8) to measure on. As in the script there is no test file.
/// </summary>
/// <param name="language">The language's code. Default: <c>zh</c>, the only one of the script.</param>
public sealed class XnliProcessor(string language = "zh") : DataProcessor("xnli", "contradiction", "entailment", "neutral")
{
    /// <inheritdoc/>
    protected override string? FileOf(ExampleSet set) => set switch
    {
        ExampleSet.Train => Path.Combine("multinli", $"multinli.train.{language}.tsv"),
        ExampleSet.Dev => "xnli.dev.tsv",
        _ => null,
    };

    /// <inheritdoc/>
    protected override bool HasHeader(ExampleSet set) => true;

    /// <inheritdoc/>
    protected override InputExample? Read(ProcessorRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Set == ExampleSet.Train ? row.Example(row[0], row[1], row[2] == "contradictory" ? "contradiction" : row[2]) // as the training file calls it
            : row[0] == language ? row.Example(row[6], row[7], row[1])
            : null;
    }
}
