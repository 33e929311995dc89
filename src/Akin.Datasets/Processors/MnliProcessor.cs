namespace Akin.Datasets.Processors;

/// <summary>MultiNLI of GLUE: header, sentences in the cells 9 and 10, the label in the last one (<c>test…</c>: none).</summary>
/// <param name="isMismatched">
/// Whether <c>dev_mismatched.tsv</c> and <c>test_mismatched.tsv</c> are read, task <c>mnli-mm</c>, as in pytorch-pretrained-BERT. Default: the matched ones, as in
/// google-research/bert.
/// </param>
public sealed class MnliProcessor(bool isMismatched = false) : DataProcessor(isMismatched ? "mnli-mm" : "mnli", "contradiction", "entailment", "neutral")
{
    private readonly string _genres = isMismatched ? "mismatched" : "matched";

    /// <inheritdoc/>
    protected override string FileOf(ExampleSet set) => set switch
    {
        ExampleSet.Train => "train.tsv",
        ExampleSet.Dev => $"dev_{_genres}.tsv",
        _ => $"test_{_genres}.tsv",
    };

    /// <inheritdoc/>
    protected override bool HasHeader(ExampleSet set) => true;

    /// <inheritdoc/>
    protected override InputExample Read(ProcessorRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Example(row[8], row[9], row[^1]);
    }
}
