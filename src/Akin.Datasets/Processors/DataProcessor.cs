namespace Akin.Datasets.Processors;

/// <summary>Reads the files of a classification task: <c>DataProcessor</c> of google-research/bert's <c>run_classifier.py</c>.</summary>
/// <remarks>
/// A format of your own is a class of three lines: which cell of a row is the label, and which ones are texts.
/// <code>
/// sealed class NewsProcessor() : DataProcessor("news", "sport", "world")
/// {
///     protected override InputExample Read(ProcessorRow row) => row.Example(row[1], label: row[0]);
/// }
/// </code>
/// Files are <c>train.tsv</c>, <c>dev.tsv</c> and <c>test.tsv</c> unless <see cref="FileOf"/> says otherwise, each also with <c>.gz</c>; in .tsv files quotes are
/// letters, in .csv files they quote. Thread-safe when <see cref="Read"/> is.
/// </remarks>
public abstract class DataProcessor
{
    private readonly IReadOnlyList<string> _labels;

    /// <summary>Keeps what the task is called and its labels.</summary>
    /// <param name="name">The name of the task, in lower case.</param>
    /// <param name="labels">The labels in the order of a model's scores; none when <see cref="GetLabels"/> finds them.</param>
    protected DataProcessor(string name, params IReadOnlyList<string> labels)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(labels);
        Name = name;
        _labels = labels;
    }

    /// <summary>What the task is called.</summary>
    public string Name { get; }

    /// <summary>The labels in the order of a model's scores.</summary>
    /// <param name="dataDir">The folder of the task's files.</param>
    /// <param name="encoding">What the files are written in, where no byte-order mark tells; <see langword="null"/>: UTF-8.</param>
    public virtual IReadOnlyList<string> GetLabels(string dataDir, string? encoding = null) => _labels;

    /// <summary>The examples of <c>train.tsv</c>.</summary>
    /// <inheritdoc cref="GetExamples"/>
    public IReadOnlyList<InputExample> GetTrainExamples(string dataDir, string? encoding = null, CancellationToken cancellationToken = default) =>
        GetExamples(ExampleSet.Train, dataDir, encoding, cancellationToken);

    /// <summary>The examples of <c>dev.tsv</c>.</summary>
    /// <inheritdoc cref="GetExamples"/>
    public IReadOnlyList<InputExample> GetDevExamples(string dataDir, string? encoding = null, CancellationToken cancellationToken = default) =>
        GetExamples(ExampleSet.Dev, dataDir, encoding, cancellationToken);

    /// <summary>The examples of <c>test.tsv</c>, without labels.</summary>
    /// <inheritdoc cref="GetExamples"/>
    public IReadOnlyList<InputExample> GetTestExamples(string dataDir, string? encoding = null, CancellationToken cancellationToken = default) =>
        GetExamples(ExampleSet.Test, dataDir, encoding, cancellationToken);

    /// <summary>The examples of one of the task's files.</summary>
    /// <param name="set">Which one.</param>
    /// <param name="dataDir">The folder of the task's files.</param>
    /// <param name="encoding">What the file is written in, where no byte-order mark tells; <see langword="null"/>: UTF-8.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>At least one.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The task has no such file; or it cannot be read, and the message names file and line.</exception>
    public virtual IReadOnlyList<InputExample> GetExamples(
        ExampleSet set, string dataDir, string? encoding = null, CancellationToken cancellationToken = default)
    {
        HashSet<string> labels = set == ExampleSet.Test ? [] : [.. GetLabels(dataDir, encoding)];
        List<InputExample> examples = [];
        foreach ((InputExample example, ProcessorRow row) in ReadFile(set, dataDir, encoding, cancellationToken))
        {
            if (set != ExampleSet.Test && (example.Label is null || !labels.Contains(example.Label)))
            {
                throw row.Error(
                    $"{(example.Label is null ? "there is no label" : $"the label '{example.Label}' is not one of the task {Name}")}; labels are {string.Join(", ", labels.Take(20).Select(label => $"'{label}'"))}{(labels.Count > 20 ? ", …" : "")}.");
            }

            examples.Add(example);
        }

        return examples;
    }

    /// <summary>The name of a file in the folder of the task; <see langword="null"/> when the task has none. Default: <c>train.tsv</c>, <c>dev.tsv</c>, <c>test.tsv</c>.</summary>
    /// <param name="set">Which file.</param>
    protected virtual string? FileOf(ExampleSet set) => set switch
    {
        ExampleSet.Train => "train.tsv",
        ExampleSet.Dev => "dev.tsv",
        _ => "test.tsv",
    };

    /// <summary>Whether the first row of a file names the columns and is left out. Default: no.</summary>
    /// <param name="set">Which file.</param>
    protected virtual bool HasHeader(ExampleSet set) => false;

    /// <summary>Makes an example of a row, with <see cref="ProcessorRow.Example"/>.</summary>
    /// <param name="row">The row; <see cref="ProcessorRow.Set"/> tells which file it is in.</param>
    /// <returns><see langword="null"/> for a row that is to be left out.</returns>
    protected abstract InputExample? Read(ProcessorRow row);

    /// <summary>The examples of a file as <see cref="Read"/> makes them, with labels that nobody has looked at yet.</summary>
    private protected IEnumerable<(InputExample Example, ProcessorRow Row)> ReadFile(
        ExampleSet set, string dataDir, string? encoding, CancellationToken cancellationToken)
    {
        string file = Find(set, dataDir);
        using DelimitedParser parser = new(new TextInput(file, encoding), file, new DelimitedOptions());
        string[]? first = null;
        bool any = false;
        for (int index = 0; parser.Next() is { } cells; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            first ??= cells;
            if (index == 0 && HasHeader(set))
            {
                continue;
            }

            ProcessorRow row = new(set, file, parser.RowLine, index, cells, first);
            if (Read(row) is { } example)
            {
                any = true;
                yield return (example, row);
            }
        }

        if (!any)
        {
            throw new DataFormatException(file, 0, $"there is no example of the task {Name} in it.");
        }
    }

    private string Find(ExampleSet set, string dataDir)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataDir);
        string path = FileOf(set) is { } name
            ? Path.Combine(dataDir, name)
            : throw new DataFormatException(dataDir, 0, $"the task {Name} has no {set.ToString().ToLowerInvariant()} file.");
        return File.Exists(path) ? path
            : File.Exists(path + ".gz") ? path + ".gz"
            : throw new FileNotFoundException($"The task {Name} needs '{path}' (or it with .gz), and there is no such file.", path);
    }
}
