using System.Collections;
using Akin.Datasets;
using Akin.Training.Losses;

namespace Akin.Training.Sentences;

/// <summary>Examples of one kind, with the loss they are trained with. Immutable.</summary>
public sealed class SentenceDataset
{
    /// <summary>Columns that are labels, by the convention of sentence-transformers; every other column is a text.</summary>
    private static readonly string[] LabelColumns = ["label", "labels", "score", "scores"];

    /// <summary>Keeps examples.</summary>
    /// <param name="examples">The examples; all have as many texts as there are columns.</param>
    /// <param name="loss">What they are trained with.</param>
    /// <param name="columns">The names of the text columns, in order.</param>
    /// <param name="labelColumn">What the labels are called. Default: there are none.</param>
    /// <exception cref="ArgumentException">There are no examples.</exception>
    /// <exception cref="LossInputException">The columns are not what the loss wants.</exception>
    public SentenceDataset(IReadOnlyList<SentenceExample> examples, SentenceLoss loss, IReadOnlyList<string> columns, string? labelColumn = null)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(columns);
        if (examples.Count == 0)
        {
            throw new ArgumentException("There are no examples.", nameof(examples));
        }

        loss.Columns.Require(loss.GetType().Name, columns, labelColumn);
        (Examples, Loss, Columns) = (examples, loss, columns);
    }

    /// <summary>What the set is called in logs and the model card. Default: <c>train</c>.</summary>
    public string Name { get; init; } = "train";

    /// <summary>The examples.</summary>
    public IReadOnlyList<SentenceExample> Examples { get; }

    /// <summary>What they are trained with.</summary>
    public SentenceLoss Loss { get; }

    /// <summary>The names of the text columns, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>What is put in front of every text of a column, by its name. Default: nothing.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new Dictionary<string, string>();

    /// <summary>Takes the columns of a data set in their order: <c>label</c>, <c>labels</c>, <c>score</c> or <c>scores</c> is the label, every other column a text.</summary>
    /// <param name="data">The data; rows are read when they are needed.</param>
    /// <param name="loss">What they are trained with.</param>
    /// <exception cref="LossInputException">The columns are not what the loss wants.</exception>
    public static SentenceDataset From(Dataset data, SentenceLoss loss)
    {
        ArgumentNullException.ThrowIfNull(data);
        string? label = LabelColumnOf(data.ColumnNames);
        string[] columns = [.. data.ColumnNames.Where(name => name != label)];
        return new SentenceDataset(new Rows(data, columns, label), loss, columns, label);
    }

    /// <summary>The column that holds labels, or null.</summary>
    internal static string? LabelColumnOf(IEnumerable<string> columns) => columns.FirstOrDefault(LabelColumns.Contains);

    /// <summary>What is put in front of the texts of a column.</summary>
    internal string PromptOf(int column) => Prompts.GetValueOrDefault(Columns[column], "");

    /// <summary>The rows of a data set, read when they are asked for.</summary>
    private sealed class Rows(Dataset data, string[] columns, string? label) : IReadOnlyList<SentenceExample>
    {
        public int Count => data.Count;

        public SentenceExample this[int index]
        {
            get
            {
                DatasetRow row = data[index];
                return new SentenceExample([.. columns.Select(row.Get<string>)], label is null ? default : Numbers(row[label], index));
            }
        }

        public IEnumerator<SentenceExample> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private float[] Numbers(object? value, int row) => value switch
        {
            IConvertible number and not string => [Convert.ToSingle(number, System.Globalization.CultureInfo.InvariantCulture)],
            IEnumerable list and not string => [.. list.Cast<object?>().SelectMany(item => Numbers(item, row))],
            _ => throw new LossInputException($"The {label} of row {row} is {value ?? "null"}; it must be a number, or a list of numbers."),
        };
    }
}
