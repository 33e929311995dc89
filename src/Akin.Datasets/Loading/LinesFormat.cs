using System.Text;
using Akin.Datasets.Columns;

namespace Akin.Datasets.Loading;

/// <summary>Plain text: lines, paragraphs or whole files, in the column <c>text</c>.</summary>
internal sealed class LinesFormat : FileFormat
{
    private static readonly Features TextColumn = new(("text", Value.String));

    public override Features Infer(DataFile file, LoadDatasetOptions options, CancellationToken cancellationToken) => TextColumn;

    public override IEnumerable<RecordBatch> Read(DataFile file, Features features, LoadDatasetOptions options, CancellationToken cancellationToken)
    {
        BatchBuilder builder = new(features);
        object?[] row = new object?[1];
        bool any = false;
        foreach (string text in options.TextSampling == TextSampling.Line ? Lines(file, options) : Parts(file, options))
        {
            cancellationToken.ThrowIfCancellationRequested();
            any = true;
            row[0] = text;
            builder.Add(row, () => file.Name);
            if (builder.IsFull)
            {
                yield return builder.Take();
            }
        }

        if (!any)
        {
            throw new DataFormatException(file.Name, 0, "the file is empty: it holds no text.");
        }

        yield return builder.Take();
    }

    private static IEnumerable<string> Lines(DataFile file, LoadDatasetOptions options)
    {
        using LineReader reader = new(file.OpenText(options));
        while (reader.TryRead(out ReadOnlySpan<byte> line))
        {
            string text = reader.Decode(line);
            yield return options.KeepLineBreaks && reader.EndedWithLineBreak ? text + "\n" : text;
        }
    }

    /// <summary>Paragraphs end at exactly two line ends; a third begins the next one, as in Python's <c>datasets</c>.</summary>
    private static string[] Parts(DataFile file, LoadDatasetOptions options)
    {
        StringBuilder whole = new();
        using (LineReader reader = new(file.OpenText(options)))
        {
            while (reader.TryRead(out ReadOnlySpan<byte> line))
            {
                whole.Append(reader.Decode(line));
                if (reader.EndedWithLineBreak)
                {
                    whole.Append('\n');
                }
            }
        }

        if (options.TextSampling == TextSampling.Document)
        {
            return whole.Length > 0 ? [whole.ToString()] : [];
        }

        string[] paragraphs = whole.ToString().Split("\n\n");
        return paragraphs[^1].Length == 0 ? paragraphs[..^1] : paragraphs;
    }
}
