using System.Globalization;
using Akin.Datasets.Columns;

namespace Akin.Datasets.Tasks;

/// <summary>Reads the .tsv files of GLUE tasks: quotes are letters, a label that is missing (in the test files) is −1.</summary>
public static class GlueFiles
{
    private const int ColaColumns = 4;

    private static readonly (string Split, string File)[] Files =
    [
        ("train", "train.tsv"),
        ("validation", "dev.tsv"),
        ("validation_matched", "dev_matched.tsv"),
        ("validation_mismatched", "dev_mismatched.tsv"),
        ("test", "test.tsv"),
        ("test_matched", "test_matched.tsv"),
        ("test_mismatched", "test_mismatched.tsv"),
    ];

    /// <summary>The splits of a folder, from <c>train.tsv</c>, <c>dev.tsv</c>, <c>test.tsv</c> (each also with .gz), as far as they are there.</summary>
    /// <param name="task">The task.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="FileNotFoundException">There is none of these files.</exception>
    /// <exception cref="DataFormatException">A file cannot be read; the message names file and line.</exception>
    public static DatasetDict LoadDataset(GlueTask task, string folder, CancellationToken cancellationToken = default)
    {
        List<KeyValuePair<string, Dataset>> splits = [];
        foreach ((string split, string name) in Files)
        {
            string path = Path.Combine(folder, name);
            string? file = File.Exists(path) ? path : File.Exists(path + ".gz") ? path + ".gz" : null;
            if (file is not null)
            {
                splits.Add(KeyValuePair.Create(split, LoadFile(task, file, cancellationToken)));
            }
        }

        return splits.Count > 0
            ? new DatasetDict(splits)
            : throw new FileNotFoundException($"The folder '{folder}' holds none of {string.Join(", ", Files.Select(file => file.File))} (or these with .gz).", folder);
    }

    /// <summary>One file of a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="file">A .tsv file, also with .gz.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DataFormatException">The file cannot be read; the message names file and line.</exception>
    public static Dataset LoadFile(GlueTask task, string file, CancellationToken cancellationToken = default)
    {
        Features features = task.Features;
        BatchBuilder builder = new(features);
        using TableSink sink = new(features);
        object?[] row = new object?[features.Count];
        int index = 0;
        foreach ((string[] texts, string? label, int line) in task == GlueTask.Cola ? ReadCola(file) : ReadByHeader(task, file))
        {
            cancellationToken.ThrowIfCancellationRequested();
            texts.CopyTo(row, 0);
            row[^2] = ReadLabel(task, label, file, line);
            row[^1] = index++;
            builder.Add(row, () => $"{file}, line {line}");
            if (builder.IsFull)
            {
                sink.Add(builder.Take());
            }
        }

        sink.Add(builder.Take());
        FileInfo info = new(file);
        return new Dataset(sink.Complete(), Fingerprints.Of("", "glue", task.Name, $"{info.FullName} {info.Length} {info.LastWriteTimeUtc.Ticks}"));
    }

    private static IEnumerable<(string[] Texts, string? Label, int Line)> ReadByHeader(GlueTask task, string file)
    {
        int[]? places = null;
        foreach (DelimitedRow row in DelimitedFile.Read(file, '\t', DelimitedQuoting.Literal))
        {
            places ??= Places(task, row, file);
            yield return ([.. task.TextColumns.Select((_, text) => row.Cells[places[text]])], places[^1] < 0 ? null : row.Cells[places[^1]], row.Line);
        }
    }

    /// <summary>The places of the file's columns; that of the label is −1 where there is none.</summary>
    private static int[] Places(GlueTask task, DelimitedRow row, string file)
    {
        int[] places = [.. task.FileColumns.Select(column => row.Header.ToList().IndexOf(column))];
        int missing = Array.IndexOf(places, -1);
        return missing < 0 || missing == places.Length - 1
            ? places
            : throw new DataFormatException(file, 1, $"the task {task.Name} needs the column '{task.FileColumns[missing]}'; the header names {string.Join(", ", row.Header.Select(name => $"'{name}'"))}.");
    }

    /// <summary>CoLA's files have no header and four columns (source, label, mark of the source, sentence), but its test file has a header and no label.</summary>
    private static IEnumerable<(string[] Texts, string? Label, int Line)> ReadCola(string file)
    {
        using TextInput input = new(file);
        using DelimitedParser parser = new(input, ".tsv", new DelimitedOptions { Quoting = DelimitedQuoting.Literal });
        int? sentence = null;
        while (parser.Next() is { } cells)
        {
            if (sentence is null)
            {
                sentence = Array.IndexOf(cells, "sentence");
                if (sentence >= 0)
                {
                    continue;
                }
            }

            if (sentence >= 0)
            {
                yield return sentence < cells.Length
                    ? ([cells[sentence.Value]], null, parser.RowLine)
                    : throw new DataFormatException(file, parser.RowLine, $"the row has {cells.Length} cells and no sentence.");
                continue;
            }

            yield return cells.Length == ColaColumns
                ? ([cells[3]], cells[1], parser.RowLine)
                : throw new DataFormatException(file, parser.RowLine, $"the row has {cells.Length} cells; CoLA has {ColaColumns}: source, label, mark, sentence.");
        }
    }

    private static object ReadLabel(GlueTask task, string? text, string file, int line)
    {
        if (task.Label is ClassLabel label)
        {
            return text is null or "-" ? -1L
                : label.TryNumberOf(text, out int number) ? (long)number
                : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long given) && given < label.ClassCount ? given
                : throw new DataFormatException(file, line, $"'{text}' is not one of the classes {string.Join(", ", label.Names.Select((name, place) => $"{place} {name}"))}.");
        }

        return text is null ? -1f
            : float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float score) ? score
            : throw new DataFormatException(file, line, $"'{text}' is not a number.");
    }
}
