using System.Globalization;
using System.Text;
using Akin.Search.Evaluation;

namespace Akin.Training.Evaluation;

/// <summary>A row of an evaluator's CSV file, with the column names of sentence-transformers.</summary>
internal sealed class EvaluationTable(string fileName)
{
    private readonly List<string> _columns = ["epoch", "steps"];
    private readonly List<double> _values = [];

    public void Add(string column, double value)
    {
        _columns.Add(column);
        _values.Add(value);
    }

    /// <summary>Appends the row, after the names of the columns where the file is new.</summary>
    /// <exception cref="EvaluationFileException">The file has other columns.</exception>
    public void AppendTo(EvaluationOutput output)
    {
        string path = Path.Combine(Directory.CreateDirectory(output.Folder).FullName, fileName);
        string header = string.Join(',', _columns);
        StringBuilder text = new();
        if (!File.Exists(path))
        {
            text.Append(header).Append('\n');
        }
        else if (File.ReadLines(path).FirstOrDefault() is var found && found != header)
        {
            throw new EvaluationFileException(path, 1, $"its columns are '{found}', not '{header}': another evaluation wrote it. Choose another folder, or give the evaluator a name");
        }

        text.Append(Text(output.Epoch)).Append(',').Append(output.Steps);
        foreach (double value in _values)
        {
            text.Append(',').Append(Text(value));
        }

        File.AppendAllText(path, text.Append('\n').ToString());
    }

    private static string Text(double value) => double.IsNaN(value) ? "nan" : value.ToString("R", CultureInfo.InvariantCulture);
}
