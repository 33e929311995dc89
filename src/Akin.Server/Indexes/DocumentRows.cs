using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Datasets;

namespace Akin.Server.Indexes;

/// <summary>Reads documents row by row as they arrive; a row that is none is told as such, and reading goes on.</summary>
internal static class DocumentRows
{
    // Escapes take up to six bytes a letter; the rest is for the other fields.
    private const int BytesPerLetter = 6;
    private const int OtherBytes = 1 << 20;

    /// <summary>JSON Lines. What is not asked for is not read: the sender is held up by the reader.</summary>
    public static async IAsyncEnumerable<DocumentRow> JsonLines(PipeReader input, RowColumns columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long row = 0, line = 0, longest = Math.Min(int.MaxValue, ((long)columns.MaxTextLength * BytesPerLetter) + OtherBytes);
        bool isPassedOver = false; // the line began too long ago: its rest is not kept
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                line++;
                ReadOnlySequence<byte> bytes = rest.Slice(0, end);
                rest = rest.Slice(rest.GetPosition(1, end));
                if (isPassedOver)
                {
                    isPassedOver = false;
                }
                else if (RowOf(bytes) is { } found)
                {
                    yield return found;
                }
            }

            if (isPassedOver)
            {
                rest = rest.Slice(rest.End);
            }
            else if (rest.Length > longest)
            {
                yield return DocumentRowReader.Bad(row++, line + 1, $"the line is longer than {longest} bytes");
                isPassedOver = true;
                rest = rest.Slice(rest.End);
            }

            if (read.IsCompleted)
            {
                line++;
                if (!isPassedOver && RowOf(rest) is { } last)
                {
                    yield return last;
                }

                input.AdvanceTo(read.Buffer.End);
                yield break;
            }

            input.AdvanceTo(rest.Start, rest.End);
        }

        DocumentRow? RowOf(ReadOnlySequence<byte> bytes)
        {
            byte[] json = bytes.ToArray();
            ReadOnlyMemory<byte> content = line == 1 && json.AsSpan().StartsWith("\uFEFF"u8) ? json.AsMemory(3) : json;
            return content.Span.Trim(" \t\r"u8).IsEmpty ? null : DocumentRowReader.Read(row++, line, content, columns);
        }
    }

    /// <summary>A list of objects that has been read whole.</summary>
    public static IEnumerable<DocumentRow> Json(JsonElement list, RowColumns columns) => list.EnumerateArray().Select((item, i) => DocumentRowReader.Read(i, line: null, item, columns));

    /// <summary>A .csv or .tsv file with a header.</summary>
    /// <exception cref="DataFormatException">It cannot be read on: it has no header, no such column, or a quote that is not closed.</exception>
    public static IEnumerable<DocumentRow> Table(string path, char delimiter, RowColumns columns)
    {
        Queue<DocumentRow> ragged = [];
        long row = 0;
        foreach (DelimitedRow record in DelimitedFile.Read(
            path, delimiter, delimiter == '\t' ? DelimitedQuoting.Literal : DelimitedQuoting.Quoted, ragged: error => ragged.Enqueue(DocumentRowReader.Bad(row++, error.Line, Finding(error)))))
        {
            while (ragged.TryDequeue(out DocumentRow bad))
            {
                yield return bad;
            }

            yield return RowOf(record);
        }

        foreach (DocumentRow bad in ragged)
        {
            yield return bad;
        }

        DocumentRow RowOf(DelimitedRow record)
        {
            string text = record[columns.Text];
            string? id = null, title = null;
            JsonObject? metadata = null;
            for (int i = 0; i < record.Header.Count; i++)
            {
                string column = record.Header[i];
                if (columns.IsId(column))
                {
                    id ??= record.Cells[i];
                }
                else if (column == columns.Title)
                {
                    title = record.Cells[i];
                }
                else if (column is "id" or "title" or "text" && column != columns.Text)
                {
                    return DocumentRowReader.Bad(row++, record.Line, $"the header has a column '{column}' beside the one that becomes the {column}: leave one of the two out");
                }
                else if (column != columns.Text)
                {
                    (metadata ??= [])[column] = JsonValue.Create(record.Cells[i]);
                }
            }

            return DocumentRowReader.Of(row++, record.Line, id, title, text, metadata?.ToJsonString(), columns);
        }
    }

    /// <summary>What an error says without the name of the file, which here is one of the server's own.</summary>
    public static string Finding(DataFormatException error)
    {
        int start = error.Message.IndexOf(": ", Math.Min(error.File.Length, error.Message.Length), StringComparison.Ordinal);
        return start < 0 ? error.Message : error.Message[(start + 2)..];
    }
}
