using Akin.Search.Evaluation;
using Akin.Training.Losses;
using Akin.Training.Sentences;

namespace Akin.Training.FineTuning;

/// <summary>A file of texts in columns, with labels or without, as sentence models are trained on.</summary>
internal sealed class SentenceTable
{
    private readonly IReadOnlyList<string> _columns;
    private readonly string? _labelColumn;

    private SentenceTable(IReadOnlyList<SentenceExample> examples, IReadOnlyList<string> columns, string? labelColumn) =>
        (Examples, _columns, _labelColumn) = (examples, columns, labelColumn);

    /// <summary>The rows.</summary>
    public IReadOnlyList<SentenceExample> Examples { get; }

    /// <summary>How many classes the labels name; null when they are no class numbers.</summary>
    public int? LabelCount => _labelColumn is null || Examples.Any(example => example.Labels.Length != 1 || !float.IsInteger(example.Labels.Span[0]))
        ? null
        : (int)Examples.Max(example => example.Labels.Span[0]) + 1;

    /// <summary>Reads a file, or the judged pairs of a retrieval collection.</summary>
    /// <param name="options">Which columns.</param>
    /// <param name="path">The file, or a folder in BEIR's form: its training queries with their relevant documents.</param>
    /// <exception cref="Datasets.DataFormatException">The file is empty or broken, or a row lacks a column or holds no number where one is needed.</exception>
    /// <exception cref="EvaluationFileException">The folder lacks a file, or one is broken.</exception>
    public static SentenceTable Read(SentenceOptions options, string path)
    {
        if (Directory.Exists(path))
        {
            return new SentenceTable([.. BeirCollection.Read(path, "train").RelevantPairs().Select(pair => new SentenceExample(pair.Query, pair.Document))], ["anchor", "positive"], null);
        }

        List<SentenceExample> examples = [];
        string? labelColumn = null;
        IReadOnlyList<string>? columns = null;
        foreach (ExampleRow row in ExampleTable.Read(path, options.Encoding))
        {
            labelColumn ??= columns is null ? SentenceDataset.LabelColumnOf(row.Columns) : null;
            columns ??= options.TextColumns.Count > 0 ? options.TextColumns : [.. row.Columns.Where(column => column != labelColumn)];
            examples.Add(new SentenceExample([.. columns.Select(row.Text)], labelColumn is null ? default : LabelsOf(row, labelColumn, options.HighestScore)));
        }

        return new SentenceTable(examples, columns ?? [], labelColumn);
    }

    /// <summary>What a loss for bare sentences makes of a single column; any other table as it is.</summary>
    public SentenceTable For(SentenceLoss loss, ulong seed) =>
        _columns.Count == 1 && _labelColumn is null && loss.FromTexts([.. Examples.Select(example => example.Texts[0])], seed) is { } made
            ? new SentenceTable(made.Examples, made.Columns, made.LabelColumn)
            : this;

    public SentenceDataset ToDataset(SentenceOptions options, SentenceLoss loss) => new(Examples, loss, _columns, _labelColumn)
    {
        Name = Path.GetFileName(options.Train),
        Prompts = options.Prompts,
    };

    private static float[] LabelsOf(ExampleRow row, string column, float highest)
    {
        IReadOnlyList<float> numbers = row.Numbers(column);
        return highest == 1 ? [.. numbers] : [.. numbers.Select(number => number / highest)];
    }
}
