using Akin.Datasets.Columns;

namespace Akin.Datasets.Tasks;

/// <summary>
/// Reads files with a token and its tag a line and an empty line between sentences (CoNLL-2003 and its many kin). The columns of the set are
/// <c>tokens</c>, a list of text, and <c>ner_tags</c>, a list of <see cref="ClassLabel"/>.
/// </summary>
public static class ConllFiles
{
    private const string OutsideTag = "O";

    /// <summary>One file.</summary>
    /// <param name="file">The file, also with .gz.</param>
    /// <param name="options">Columns and tags; null for the defaults.</param>
    /// <exception cref="DataFormatException">A line has too few cells or a tag is not known; the message names file and line.</exception>
    public static Dataset LoadFile(string file, ConllOptions? options = null) =>
        LoadDataset(new Dictionary<string, string> { ["train"] = file }, options)["train"];

    /// <summary>Several files that share their tags.</summary>
    /// <param name="files">The file of each split.</param>
    /// <param name="options">Columns and tags; null for the defaults.</param>
    /// <exception cref="DataFormatException">A line has too few cells or a tag is not known; the message names file and line.</exception>
    public static DatasetDict LoadDataset(IReadOnlyDictionary<string, string> files, ConllOptions? options = null)
    {
        options ??= new ConllOptions();
        IEnumerable<string> names = options.TagNames ?? [.. files.Values
            .SelectMany(file => Sentences(file, options))
            .SelectMany(sentence => sentence.Tags)
            .Distinct()
            .OrderBy(tag => tag == OutsideTag ? 0 : 1)
            .ThenBy(tag => tag, StringComparer.Ordinal)];
        ClassLabel tags = new(names);
        return new DatasetDict(files.Select(split => KeyValuePair.Create(split.Key, Load(split.Value, tags, options))));
    }

    private static Dataset Load(string file, ClassLabel tags, ConllOptions options)
    {
        Features features = new(("tokens", new ListFeature(Value.String)), ("ner_tags", new ListFeature(tags)));
        BatchBuilder builder = new(features);
        using TableSink sink = new(features);
        object?[] row = new object?[2];
        bool any = false;
        foreach ((int line, List<string> tokens, List<string> names) in Sentences(file, options))
        {
            any = true;
            row[0] = tokens;
            row[1] = Numbers(names, tags, file, line);
            builder.Add(row, () => $"{file}, line {line}");
            if (builder.IsFull)
            {
                sink.Add(builder.Take());
            }
        }

        if (!any)
        {
            throw new DataFormatException(file, 0, "the file holds no sentence.");
        }

        sink.Add(builder.Take());
        FileInfo info = new(file);
        return new Dataset(sink.Complete(), Fingerprints.Of("", "conll", $"{info.FullName} {info.Length} {info.LastWriteTimeUtc.Ticks} {options}", string.Join('\n', tags.Names)));
    }

    private static long[] Numbers(List<string> names, ClassLabel tags, string file, int line)
    {
        long[] numbers = new long[names.Count];
        for (int place = 0; place < numbers.Length; place++)
        {
            numbers[place] = tags.TryNumberOf(names[place], out int number)
                ? number
                : throw new DataFormatException(file, line + place, $"'{names[place]}' is not one of the tags {string.Join(", ", tags.Names)}.");
        }

        return numbers;
    }

    private static IEnumerable<(int Line, List<string> Tokens, List<string> Tags)> Sentences(string file, ConllOptions options)
    {
        List<string> tokens = [];
        List<string> tags = [];
        int start = 1;
        foreach (TextLine line in TextLines.Read(file))
        {
            bool blank = string.IsNullOrWhiteSpace(line.Text);
            if (blank || line.Text.StartsWith(options.DocumentMark, StringComparison.Ordinal))
            {
                if (tokens.Count > 0)
                {
                    yield return (start, tokens, tags);
                    (tokens, tags) = ([], []);
                }

                continue;
            }

            string[] cells = options.Separator is { } separator
                ? line.Text.Split(separator)
                : line.Text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            int tag = options.TagColumn < 0 ? cells.Length + options.TagColumn : options.TagColumn;
            if (options.TokenColumn >= cells.Length || tag < 0 || tag >= cells.Length || tag == options.TokenColumn)
            {
                throw new DataFormatException(
                    file, line.Number, $"the line '{line.Text}' has {cells.Length} cells; the token is cell {options.TokenColumn}, the tag {options.TagColumn}.");
            }

            start = tokens.Count == 0 ? line.Number : start;
            tokens.Add(cells[options.TokenColumn]);
            tags.Add(cells[tag]);
        }

        if (tokens.Count > 0)
        {
            yield return (start, tokens, tags);
        }
    }
}
